"""Every decision rule fires on its ``yes`` examples and stays silent on its ``no`` examples."""

from __future__ import annotations

import pytest

from reportclf.lexicon import load_lexicon
from reportclf.pipeline import Pipeline

RULES = load_lexicon().rules


def decided_by(text: str, pipeline: Pipeline) -> dict[str | None, str]:
    return {
        finding.rule_id: f"{finding.label}:{finding.sub_reason}"
        if finding.sub_reason
        else finding.label
        for finding in pipeline.tag(text).findings
    }


@pytest.mark.parametrize(
    ("rule", "example"),
    [(rule, example) for rule in RULES for example in rule.yes],
    ids=lambda one: getattr(one, "id", None),
)
def test_rule_fires(rule, example: str, rules_pipeline: Pipeline) -> None:
    fired = decided_by(example, rules_pipeline)
    assert rule.id in fired, f"{rule.id} does not decide {example!r}; deciders: {fired}"
    assert fired[rule.id].partition(":")[0] == rule.label
    if rule.sub_reason:
        assert fired[rule.id] == f"{rule.label}:{rule.sub_reason}"


@pytest.mark.parametrize(
    ("rule", "example"),
    [(rule, example) for rule in RULES for example in rule.no],
    ids=lambda one: getattr(one, "id", None),
)
def test_rule_stays_silent(rule, example: str, rules_pipeline: Pipeline) -> None:
    fired = decided_by(example, rules_pipeline)
    assert rule.id not in fired, f"{rule.id} decides {example!r}"


def test_a_no_example_is_a_real_trap(rules_pipeline: Pipeline) -> None:
    """A ``no`` example without any finding would prove nothing."""
    empty = [
        f"{rule.id}: {example}"
        for rule in RULES
        for example in rule.no
        if not rules_pipeline.tag(example).findings
    ]
    assert not empty
