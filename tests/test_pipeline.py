"""The public interface: one result per report, and nothing makes it raise."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reportclf.pipeline import Pipeline
from reportclf.records import Report, RowError, Status, Tag

bounded = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORDS = [
    "calcification", "no", "calcified", "?", ":", "FINDINGS:", "IMPRESSION", "ADDENDUM", "\n", "\r\n", "\t", "<BR>",
    "\\.br\\", "COMMA", "PERIOD", "NEW PARAGRAPH", "1.", "2)", "-", "(", ")", "[", "]", "dialysis", "Ca", "11.9", "mg/dL",
    "PTH", "(8.5-10.2)", "not", "cannot be excluded", "history of", "mother", "granuloma", "the", "of", "left", "right",
    "these", "\u200b", "\u00a0", "\u00ad", "\ufeff", "tumoral calcinosis", "x", "0", ",", ";", ".", "/", "\u2013", "\u00b5mol/L",
    "CALCIUM SCORE", "XXXX", "[**Name**]", "___", "calci-", "fication", "\u0130", "\u00df", "\ufb01", "e\u0301",
]  # fmt: skip
NASTY = {
    "empty": "",
    "blank": " \t\n ",
    "null bytes": "calcified\x00granuloma\x00\x00 no\x00calcification",
    "right to left": "\u202ecalcification \u05d0\u05d1\u05d2 \u202c no \u0627\u0644\u0639\u0631\u0628\u064a\u0629 calcified",
    "zero width": "cal\u200bcifi\u200ccation no\u2060 calci\u00adfied \ufeffnode",
    "combining": "calcification" + "\u0301" * 500 + " M\u0308o\u0308nckeberg",
    "expanding case": "\u0130\u0130\u0130 calcified \u00df\ufb03 \u1e9e NO CALCIFICATION \u0130",
    "astral": "\U0001f600 calcified \U0001d400\U0001d401 granuloma \U0010ffff",
    "lone surrogate": "calcified \ud800 granuloma \udfff",
    "long token": "calcific" + "a" * 50_000 + "tion",
    "long number": "calcium " + "9" * 5_000 + " mg/dL calcified",
    "many decimals": "calcium score " + "1." * 5_000,
    "nested brackets": "(" * 1_500 + "calcification" + ")" * 1_500,
    "unclosed brackets": "no ([{<" * 2_000 + "calcification",
    "only marks": ".,;:?!-()[]{}<>/\\|~`'\"@#$%^&*_+=" * 300,
    "question marks": "?" * 2_000 + "calcification",
    "markup": "<BR>" * 2_000 + "calcified" + "\\.br\\" * 2_000,
    "dictated": "NO CALCIFICATION COMMA MASS PERIOD NEW PARAGRAPH IMPRESSION COLON " * 50,
    "headings only": "FINDINGS:\nIMPRESSION:\nADDENDUM:\n" * 300,
    "list items": "".join(f"{n}. calcified node\n" for n in range(300)),
    "carriage returns": "no\rcalcification\r\rcalcified\r\n\rnode",
    "separators": "calcified\u2028granuloma\u2029no\x85calcification\x0b\x0c\x1c\x1d",
    "negations": "no not without never nor " * 400 + "calcification",
    "all digits": "0 1 2 3 4 5 6 7 8 9 " * 500,
}  # fmt: skip


def tag_and_check(text: str, pipeline: Pipeline) -> None:
    result = pipeline.tag(text)
    assert result.error is None
    assert isinstance(result.tag, Tag)
    for finding in result.findings:
        for one in finding.mentions:
            assert 0 <= one.span.start < one.span.end <= len(text)
    for term in result.risk_terms or ():
        assert 0 <= term.span.start < term.span.end <= len(text)
    result.to_dict()


def spans_over(text: str) -> list[tuple[int, int]]:
    size = len(text)
    places = sorted({0, size // 3, size // 2, max(0, size - 5)})
    return [(start, min(size, start + 7)) for start in places if start < size]


@bounded
@given(st.text(max_size=400))
@example("\u0130calcification")
def test_any_text_is_answered(rules_pipeline: Pipeline, text: str) -> None:
    tag_and_check(text, rules_pipeline)
    tag_and_check(f"{text}calcified{text}", rules_pipeline)
    assert len(rules_pipeline.assert_spans(text, spans_over(text))) == len(spans_over(text))


@bounded
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from([" ", "", "\n", "  "]))
def test_any_salad_of_clinical_words_is_answered(
    rules_pipeline: Pipeline, words: list[str], joint: str
) -> None:
    text = joint.join(words)
    tag_and_check(text, rules_pipeline)
    judged = rules_pipeline.assert_spans(text, spans_over(text))
    assert all(isinstance(one.status, Status) for one in judged)


UNANSWERED: dict[str, pytest.MarkDecorator] = {}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=UNANSWERED.get(name, ())) for name in NASTY]
)
def test_nasty_text_is_answered(name: str, rules_pipeline: Pipeline) -> None:
    text = NASTY[name]
    tag_and_check(text, rules_pipeline)
    tag_and_check(f"Calcified granuloma. {text} No calcification.", rules_pipeline)
    rules_pipeline.assert_spans(text, spans_over(text))


# -- time --------------------------------------------------------------------------------------

PLAIN = (
    "FINDINGS: There is a 4 mm calcified granuloma in the right upper lobe. No pleural effusion, "
    "calcification or mass is seen. Calcium 9.6 mg/dL (8.5-10.2).\n"
)
GROWING = {
    "reports": PLAIN,
    "one sentence": "calcified nodes and no calcification of the aorta, ",
    "one word": "calcification ",
    "newlines": "\n",
    "blanks": " ",
    "words": "lorem ipsum dolor sit amet ",
    "one token": "calcific",
    "letters": "x",
    "brackets": "(",
    "closed brackets": "()",
    "headings": "FINDINGS:\n",
    "list": "1. calcified node\n",
    "capitals": "A ",
    "colons": "A:",
    "digits": "1 ",
    "numbers": "calcium 11.",
    "commas": "no mass, ",
    "markup": "<BR>calcified",
    "tildes": "~ ",
    "backslashes": "\\.br\\ calcified ",
    "dictated": "no calcification comma mass period ",
    "commas spoken": "comma ",
    "question": "?",
    "accents": "é ",
    "sites": "lung kidney ",
    "cues": "no not without ",
    "anaphors": "These are calcified. ",
    "risks": "dialysis. ",
    "labs": "PTH ",
    "tabs": "\t-\t",
}
SMALL = 4_000
FULL = 1_000_000
FULL_SECONDS = 60.0
ROUNDS = 20


def seconds(text: str, pipeline: Pipeline) -> float:
    # As in timeit: when the collector runs depends on the whole process, not on this text.
    gc.collect()
    gc.disable()
    try:
        # The time of this process, not the clock's: what else the machine does is left out.
        start = time.process_time()
        pipeline.tag(text)
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.parametrize("name", GROWING)
def test_ten_times_the_text_takes_about_ten_times_the_time(
    name: str, rules_pipeline: Pipeline
) -> None:
    unit = GROWING[name]
    small = ("calcified " + unit * (SMALL // len(unit) + 1))[:SMALL]
    large = ("calcified " + unit * (SMALL * 10 // len(unit) + 1))[: SMALL * 10]
    rules_pipeline.tag(small)
    few = many = float("inf")
    for done in range(1, ROUNDS + 1):
        # By turns, so that a machine busy for a moment is busy for both. Noise only ever adds to a
        # time: the least of many is what the text costs, and more rounds cannot hide a growth.
        few = min(few, seconds(small, rules_pipeline))
        many = min(many, seconds(large, rules_pipeline))
        if done >= ROUNDS // 4 and many <= 12 * few + 0.05:
            break
    assert many <= 12 * few + 0.05, f"{many / few:.1f} times the time"


@pytest.mark.parametrize("name", ["words", "headings", "letters", "digits"])
def test_a_megabyte_is_answered(name: str, rules_pipeline: Pipeline) -> None:
    unit = GROWING[name]
    text = (f"calcified {unit * (FULL // len(unit))}")[:FULL]
    assert seconds(text, rules_pipeline) < FULL_SECONDS


@pytest.mark.parametrize("unit", ["calcification ", "\n"])
def test_a_megabyte_of_one_thing_is_answered(unit: str, rules_pipeline: Pipeline) -> None:
    assert seconds(("calcified " + unit * FULL)[:FULL], rules_pipeline) < FULL_SECONDS


# -- the interface -----------------------------------------------------------------------------


def test_assert_spans_keeps_order_and_refuses_what_lies_outside(rules_pipeline: Pipeline) -> None:
    text = "No effusion. Calcified node."
    first, second = rules_pipeline.assert_spans(text, [(13, 27), (3, 11)])
    assert (first.status, second.status) == (Status.PRESENT, Status.ABSENT)
    assert rules_pipeline.assert_spans(text, []) == []
    for span in ((-1, 3), (3, 3), (5, 4), (0, len(text) + 1)):
        with pytest.raises(ValueError, match="lies outside the text"):
            rules_pipeline.assert_spans(text, [span])


def test_a_failed_row_is_a_result_in_its_place(rules_pipeline: Pipeline) -> None:
    rows = [
        Report("a", "Calcified granuloma in the lung."),
        RowError("b", "in.csv", 7, "parse", "malformed_row"),
        "No calcification.",
    ]
    results = list(rules_pipeline.tag_many(rows))
    assert [one.tag for one in results] == [Tag.DYSTROPHIC, None, Tag.NONE]
    assert [one.error for one in results] == [None, "malformed_row", None]
    assert results[1].meta == {"source": "in.csv", "position": 7, "stage": "parse"}


def test_a_report_that_breaks_the_pipeline_is_a_result_without_its_text(
    rules_pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str) -> bool:
        raise RuntimeError(text)

    monkeypatch.setattr(rules_pipeline, "_screen", fail)
    (result,) = rules_pipeline.tag_many([Report("a", "canary words")])
    assert (result.report_id, result.tag, result.error) == ("a", None, "tag:RuntimeError")
    assert "canary" not in repr(result) + repr(result.to_dict())


def test_no_report_text_in_any_repr(rules_pipeline: Pipeline) -> None:
    report = Report("a", "Calcified granuloma, canary.")
    assert "canary" not in repr(report)
    assert "canary" not in repr(rules_pipeline.tag(report))


def test_a_report_in_another_language_is_flagged(rules_pipeline: Pipeline) -> None:
    french = (
        "Radiographie du thorax. Les poumons sont clairs et il n'y a pas de calcification dans la "
        "silhouette du coeur qui est de taille normale."
    )
    assert "not_english" in rules_pipeline.tag(french).warnings
    assert (
        "not_english" not in rules_pipeline.tag("There is a calcified node in the chest.").warnings
    )
