"""Apply the decision rules of ``rules.toml``: first match within a layer."""

from __future__ import annotations

from collections.abc import Iterable

from reportclf.lexicon.entries import Rule


def first_match(rules: Iterable[Rule], known: frozenset[str]) -> Rule | None:
    """Return the first rule whose conditions hold.

    Parameters
    ----------
    rules : iterable of Rule
        Those of a layer, in the order of the file.
    known : frozenset of str
        Facts of the lesion.
    """
    for rule in rules:
        if rule.required <= known and holds(rule, known):
            return rule
    return None


def holds(rule: Rule, known: frozenset[str]) -> bool:
    """Whether a rule's conditions hold."""
    return (
        rule.required <= known
        and all(not item.isdisjoint(known) for item in rule.alternatives)
        and (not rule.any or not rule.any.isdisjoint(known))
        and rule.none.isdisjoint(known)
    )
