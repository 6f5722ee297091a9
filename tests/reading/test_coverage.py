"""Every cue and every concept of the lexicon fires in at least one case."""

from __future__ import annotations

from case_helpers import (
    JUDGES,
    case_files,
    cases_of,
    concepts_found,
    cues_fired,
    known_failures,
    phrase_cases_in,
)

from reportclf.pipeline import Pipeline

HINT = "write a line for it under tests/cases/{}/ (`{} | text`)"


def test_every_cue_fires_in_a_case(rules_pipeline: Pipeline) -> None:
    """Add a cue to cues.toml and this fails until a case shows that it works; one of a family will do."""
    known = known_failures()
    fired: set[tuple[str, str]] = set()
    excused: set[tuple[str, str]] = set()
    for kind in ("cues", "assertion"):
        for path in case_files(kind):
            for case in cases_of(path):
                fired |= cues_fired(case, rules_pipeline)
                if kind == "cues" and case.key in known:
                    category, _, direction = path.stem.partition("_")
                    excused.add((f"{category}:{case.raw.partition(' | ')[0]}", direction))
    shown = fired | excused
    cues = rules_pipeline.lexicon.cues
    families = {(cue.family, cue.direction) for cue in cues if (cue.id, cue.direction) in shown}
    silent = dict.fromkeys(
        f"{cue.category} ({cue.direction}): {cue.family}"
        for cue in cues
        if (cue.family, cue.direction) not in families
    )
    assert not silent, "\n".join([HINT.format("cues", "cue"), *silent])


def test_every_concept_is_found_in_a_case(rules_pipeline: Pipeline) -> None:
    """Add a concept and this fails until a case shows that its words are found."""
    found: set[str] = set()
    for path in case_files("concepts"):
        for about, case in phrase_cases_in(path):
            found |= concepts_found(case.text, rules_pipeline) & {about}
    lexicon = rules_pipeline.lexicon
    silent = [name for name in (*lexicon.concepts, *lexicon.analytes) if name not in found]
    assert not silent, "\n".join([HINT.format("concepts", "concept-id"), *silent])


def test_cases_about_cues_and_concepts_name_what_exists(rules_pipeline: Pipeline) -> None:
    lexicon = rules_pipeline.lexicon
    cues = {cue.phrase for cue in lexicon.cues}
    things = {*lexicon.concepts, *lexicon.analytes}
    gone = [
        f"{case.file}:{case.line} {about}"
        for kind, names in (("cues", cues), ("concepts", things))
        for path in case_files(kind)
        for about, case in phrase_cases_in(path)
        if about not in names
    ]
    assert not gone, "no longer in the lexicon:\n" + "\n".join(gone)


def test_there_are_cases_of_every_kind() -> None:
    assert all(case_files(kind) for kind in JUDGES)
