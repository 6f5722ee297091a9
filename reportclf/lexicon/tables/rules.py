"""Decision rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reportclf.lexicon.entries import Concept, Rule
from reportclf.lexicon.tables.source import Source

LAYERS = ("scope", "conflict", "abstention", "fallback")
_RULE_KEYS = {
    "id", "layer", "label", "priority", "all", "any", "none", "candidates", "confidence", "because",
    "source", "yes", "no",
}  # fmt: skip


def read_rules(source: Source) -> tuple[Rule, ...]:
    """Return the rules in their order, named sets of facts written out."""
    table = source.read("rules.toml")
    sets = {name: tuple(facts) for name, facts in table.get("sets", {}).items()}
    return tuple(_rule(source, entry, sets) for entry in table.get("rule", ()))


def _rule(source: Source, entry: Mapping[str, Any], sets: Mapping[str, tuple[str, ...]]) -> Rule:
    name = str(entry.get("id", "?"))
    source.check_keys(
        "rules.toml", name, entry, _RULE_KEYS, ("id", "layer", "label", "because", "source")
    )
    source.check_choice("rules.toml", name, "layer", entry, LAYERS)
    source.check_outcome("rules.toml", name, str(entry.get("label")))
    if not entry.get("yes"):
        source.say("rules.toml", name, "needs at least one example under `yes`")
    if not (entry.get("all") or entry.get("any")):
        source.say("rules.toml", name, "has no condition")
    label, _, sub = str(entry.get("label")).partition(":")
    return Rule(
        id=name,
        layer=str(entry.get("layer")),
        label=label,
        sub_reason=sub or None,
        priority=entry.get("priority"),
        required=frozenset(item for item in entry.get("all", ()) if "|" not in item),
        alternatives=tuple(
            frozenset(item.split("|")) for item in entry.get("all", ()) if "|" in item
        ),
        any=frozenset(entry.get("any", ())),
        none=frozenset(_written_out(source, name, entry.get("none", ()), sets)),
        candidates=tuple(entry.get("candidates", ())),
        confidence=float(entry.get("confidence", 0.9)),
        because=str(entry.get("because", "")),
        source=str(entry.get("source", "")),
        yes=tuple(entry.get("yes", ())),
        no=tuple(entry.get("no", ())),
    )


def _written_out(
    source: Source, name: str, facts: Iterable[str], sets: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Yield facts, and those of each set named among them ("set:explained")."""
    for fact in facts:
        prefix, _, rest = fact.partition(":")
        if prefix != "set":
            yield fact
        elif rest in sets:
            yield from sets[rest]
        else:
            source.say("rules.toml", name, f"unknown set {rest!r}; name it under [sets]")


def check_rules(
    source: Source,
    rules: tuple[Rule, ...],
    concepts: Mapping[str, Concept],
    groups: Mapping[str, Mapping[str, str]],
    words: Mapping[str, frozenset[str]],
) -> None:
    """Check that rules are told apart and ask only for facts that exist."""
    known = set(concepts) | {name for names in groups.values() for name in names}
    free = words.get("facts", frozenset())
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            source.say("rules.toml", rule.id, "id is used twice")
        seen.add(rule.id)
        for fact in rule.required.union(*rule.alternatives, rule.any, rule.none):
            prefix, _, rest = fact.rpartition(":")
            if fact not in free and (
                rest not in known
                or prefix
                not in ("", "patient", "near", "here", "denied", "report", "diagnosed", "lesion")
            ):
                source.say("rules.toml", rule.id, f"unknown fact {fact!r}")
