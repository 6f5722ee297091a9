"""What must not matter does not: line breaks, capitals, spelling, company; offsets stay true."""

from __future__ import annotations

import re
import textwrap

import pytest
from authored_reports import PARTS, REPORTS, SPELLINGS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reportclf.pipeline import Pipeline
from reportclf.records import Report, Result

bounded = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
reports = st.sampled_from(sorted(REPORTS))


def outcome(result: Result) -> dict:
    """Everything a reader of the answer would act on; no offsets."""
    return {
        "tag": result.tag,
        "tags": result.tags,
        "sub_reason": result.sub_reason,
        "priority": result.priority,
        "findings": findings(result),
        "risks": sorted(
            (one.concept, one.assertion.status.value, str(one.assertion.level))
            for one in result.risk_terms or ()
        ),
    }


def findings(result: Result) -> list[tuple]:
    return sorted(
        (
            str(one.label), str(one.sub_reason), str(one.site), str(one.laterality),
            str(one.entity),
            one.assertion.status.value, str(one.assertion.level), str(one.rule_id),
            tuple(sorted((m.concept, m.assertion.status.value) for m in one.mentions)),
        )
        for one in result.findings
    )  # fmt: skip


def reflow(text: str, width: int) -> str:
    """Wrap every line of a report anew."""
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )


def respell(text: str) -> str:
    """British words in American, and capitals kept."""
    for british, american in SPELLINGS.items():
        for change in (str.lower, str.capitalize, str.upper):
            text = re.sub(rf"\b{change(british)}\b", change(american), text)
    return text


CHANGES = {
    **{
        f"reflow-{width}": lambda text, width=width: reflow(text, width)
        for width in range(40, 101, 6)
    },
    "upper": str.upper,
    "american": respell,
    "double-spaces": lambda text: text.replace(" ", "  "),
    "no-break-spaces": lambda text: text.replace(" ", "\u00a0"),
    "trailing-blanks": lambda text: text.replace("\n", "  \n") + "  \n\n",
    "upper-reflow-50": lambda text: reflow(text.upper(), 50),
    "upper-reflow-60": lambda text: reflow(text.upper(), 60),
}
APART = (
    "The bladder is unremarkable.",
    "Heart size is normal.",
    "No pneumothorax.",
    "Thank you for referring this patient.",
)


@pytest.mark.parametrize(
    ("name", "change"), [(name, change) for name in REPORTS for change in CHANGES]
)
def test_writing_changes_no_outcome(name: str, change: str, rules_pipeline: Pipeline) -> None:
    text = REPORTS[name]
    changed = CHANGES[change](text)
    assert outcome(rules_pipeline.tag(changed)) == outcome(rules_pipeline.tag(text)), changed


@pytest.mark.parametrize(
    ("name", "extra"),
    [(name, extra) for name in REPORTS for extra in ("same line", "new line")],
)
def test_an_unrelated_sentence_changes_no_finding(
    name: str, extra: str, rules_pipeline: Pipeline
) -> None:
    text = REPORTS[name]
    before = rules_pipeline.tag(text)
    for sentence in APART:
        after = rules_pipeline.tag(text + (" " if extra == "same line" else "\n") + sentence)
        assert findings(after) == findings(before), sentence
        assert (after.tag, after.tags) == (before.tag, before.tags), sentence


@pytest.mark.parametrize(
    ("first", "second"),
    [(one, two) for one in PARTS for two in PARTS if one != two],
)
def test_two_reports_under_two_headings_are_their_union(
    first: str, second: str, rules_pipeline: Pipeline
) -> None:
    tag = rules_pipeline.tag
    both = tag(f"{PARTS[first]}\n\n{PARTS[second]}")
    union = sorted(findings(tag(PARTS[first])) + findings(tag(PARTS[second])))
    assert findings(both) == union


@bounded
@given(name=reports, width=st.integers(40, 100), upper=st.booleans(), american=st.booleans())
def test_changes_of_writing_combine(
    name: str, width: int, upper: bool, american: bool, rules_pipeline: Pipeline
) -> None:
    text = respell(REPORTS[name]) if american else REPORTS[name]
    changed = reflow(text.upper() if upper else text, width)
    assert outcome(rules_pipeline.tag(changed)) == outcome(rules_pipeline.tag(REPORTS[name]))


@bounded
@given(
    names=st.lists(reports, min_size=1, max_size=4),
    joint=st.sampled_from(["\n", "\n\n", "  ", " \r\n", "<BR>", "\t"]),
)
def test_offsets_slice_to_the_matched_words(
    names: list[str], joint: str, rules_pipeline: Pipeline
) -> None:
    """Every span lies inside the text, is trimmed, and holds a word that its concept knows."""
    text = joint.join(REPORTS[name].replace(" ", "  ", 3) for name in names)
    result = rules_pipeline.tag(text)
    spans = [one.span for finding in result.findings for one in finding.mentions]
    spans += [span for finding in result.findings for span in finding.evidence]
    spans += [one.span for one in result.risk_terms or ()]
    spans += [
        cue.span
        for finding in result.findings
        for one in finding.mentions
        for cue in one.assertion.cues
    ]
    for span in spans:
        words = text[span.start : span.end]
        assert 0 <= span.start < span.end <= len(text)
        assert words == words.strip()
        assert words
        before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
        assert not (words[0].isalnum() and before.isalnum()), (before, words)
        assert not (words[-1].isalnum() and after.isalnum()), (words, after)


def test_spans_hold_the_words_they_are_about(rules_pipeline: Pipeline) -> None:
    from case_helpers import concepts_found

    for text in REPORTS.values():
        result = rules_pipeline.tag(text)
        for finding in result.findings:
            for one in finding.mentions:
                words = text[one.span.start : one.span.end]
                known = concepts_found(words, rules_pipeline)
                assert one.concept in known or one.kind == "conjunct", words
        for term in result.risk_terms or ():
            words = text[term.span.start : term.span.end]
            assert term.lab or term.concept in concepts_found(words, rules_pipeline), words


def test_tagging_is_deterministic_and_a_batch_equals_its_parts(rules_pipeline: Pipeline) -> None:
    many = [Report(name, text) for name, text in REPORTS.items()]
    once = [one.to_dict() for one in rules_pipeline.tag_many(many)]
    again = [one.to_dict() for one in rules_pipeline.tag_many(reversed(many))]
    single = [rules_pipeline.tag(one).to_dict() for one in many]
    assert once == single == again[::-1]


def test_the_batch_size_does_not_show(rules_pipeline: Pipeline) -> None:
    texts = (list(REPORTS.values()) * 14)[:530]
    tags = [one.tag for one in rules_pipeline.tag_many(texts)]
    assert tags == [rules_pipeline.tag(text).tag for text in texts]


def test_tag_many_is_lazy(rules_pipeline: Pipeline) -> None:
    taken = 0

    def source():
        nonlocal taken
        for text in list(REPORTS.values()) * 100:
            taken += 1
            yield text

    assert next(iter(rules_pipeline.tag_many(source()))).tag is not None
    assert taken <= 1000
