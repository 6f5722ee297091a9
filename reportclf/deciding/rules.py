"""Apply the decision rules of ``rules.toml``: first match within a layer."""

from __future__ import annotations

from collections.abc import Iterable

from reportclf.lexicon.entries import Rule


def first_match(rules: Iterable[Rule], layer: str, known: frozenset[str]) -> Rule | None:
    """Return the first rule of a layer whose conditions hold.

    Parameters
    ----------
    rules : iterable of Rule
        In the order of the file.
    layer : str
        ``scope``, ``conflict`` or ``fallback``.
    known : frozenset of str
        Facts of the lesion.
    """
    return next((rule for rule in rules if rule.layer == layer and holds(rule, known)), None)


def holds(rule: Rule, known: frozenset[str]) -> bool:
    """Whether a rule's conditions hold."""
    return (
        rule.required <= known
        and all(not item.isdisjoint(known) for item in rule.alternatives)
        and (not rule.any or not rule.any.isdisjoint(known))
        and rule.none.isdisjoint(known)
    )
