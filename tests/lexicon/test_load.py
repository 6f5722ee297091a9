"""A broken lexicon gives one error that lists every problem with its file and id."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reportclf.errors import LexiconError
from reportclf.lexicon import load_lexicon
from reportclf.lexicon.load import DEFAULT_FOLDER

CONCEPTS = "concepts/risk_local.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped lexicon, free to break."""
    return Path(
        shutil.copytree(
            DEFAULT_FOLDER, tmp_path / "lexicon", ignore=shutil.ignore_patterns("*.py*", "__pyc*")
        )
    )


def append(file: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")

    return change


def concept(**fields: str) -> Callable[[Path], None]:
    """Append a sound concept with some fields replaced or, given "", left out."""
    whole = {
        "id": '"test-thing"',
        "kind": '"risk"',
        "phrases": '["quite unheard of thing"]',
        "source": '"test"',
        **fields,
    }
    lines = [f"{key} = {value}" for key, value in whole.items() if value]
    return append(CONCEPTS, "\n".join(["[[concept]]", *lines]))


def rule(**fields: str) -> Callable[[Path], None]:
    whole = {
        "id": '"test-rule"',
        "layer": '"fallback"',
        "label": '"dystrophic"',
        "all": '["lung"]',
        "because": '"test"',
        "source": '"test"',
        "yes": '["Calcified lung."]',
        **fields,
    }
    lines = [f"{key} = {value}" for key, value in whole.items() if value]
    return append("rules.toml", "\n".join(["[[rule]]", *lines]))


def cue(**fields: str) -> Callable[[Path], None]:
    whole = {"category": '"negation"', "direction": '"before"', "phrases": '["qqq"]', **fields}
    return append(
        "cues.toml", "\n".join(["[[cue]]", *(f"{k} = {v}" for k, v in whole.items() if v)])
    )


def replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def remove(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def garble(file: str, raw: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / file).write_bytes((folder / file).read_bytes() + raw)

    return change


def first_id(file: str) -> str:
    text = (DEFAULT_FOLDER / file).read_text(encoding="utf-8")
    return text.split('id = "', 1)[1].split('"', 1)[0]


BROKEN: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "unknown key": (concept(colour='"red"'), "test-thing", "unknown key 'colour'"),
    "no source": (concept(source=""), "test-thing", "'source' is missing"),
    "no kind": (concept(kind=""), "test-thing", "kind"),
    "unknown kind": (concept(kind='"mood"'), "test-thing", "kind must be one of"),
    "bad id": (concept(id='"Test Thing"'), "Test Thing", "id must be words in lower case"),
    "id used twice": (
        concept(id=f'"{first_id(CONCEPTS)}"'), first_id(CONCEPTS), "id used before",
    ),
    "no phrase": (concept(phrases=""), "test-thing", "has no phrase"),
    "empty phrase": (concept(phrases='["unheard of", ""]'), "test-thing", "empty phrase"),
    "blank to trim": (concept(phrases='["unheard  of thing "]'), "test-thing", "blanks to trim"),
    "phrases no list": (concept(phrases='"unheard"'), "test-thing", "must be a list of strings"),
    "phrases not text": (concept(phrases="[3]"), "test-thing", "must be a list of strings"),
    "phrase owned twice": (concept(phrases='["Tuberculosis"]'), "test-thing", "is owned by"),
    "plural owned twice": (concept(phrases='["haematomata"]'), "test-thing", "is owned by"),
    "ambiguous without needs": (
        concept(ambiguous='["QQ"]'), "test-thing", "ambiguous phrases need",
    ),
    "unknown strength": (concept(strength='"huge"'), "test-thing", "strength must be one of"),
    "unknown priority": (concept(priority='"now"'), "test-thing", "priority must be one of"),
    "unknown class": (concept(supports='["benign"]'), "test-thing", "unknown class 'benign'"),
    "unknown outcome": (concept(outcome='"strange"'), "test-thing", "unknown outcome 'strange'"),
    "other without sub-reason": (concept(outcome='"other"'), "test-thing", "sub-reason"),
    "unknown group": (concept(groups='["no-such-group"]'), "test-thing", "not declared"),
    "unknown site": (concept(site='"atlantis"'), "test-thing", "unknown site 'atlantis'"),
    "part of no site": (concept(part_of='"diabetes"'), "test-thing", "unknown site 'diabetes'"),
    "mention the screen would drop": (
        concept(kind='"calcification"', phrases='["in it"]'), "test-thing", "pass the screen",
    ),
    "rule with unknown fact": (rule(all='["lnug"]'), "test-rule", "unknown fact 'lnug'"),
    "rule with unknown prefix": (rule(none='["kin:lung"]'), "test-rule", "unknown fact 'kin:lung'"),
    "rule with unknown set": (rule(none='["set:nowhere"]'), "test-rule", "unknown set 'nowhere'"),
    "rule with unknown layer": (rule(layer='"first"'), "test-rule", "layer must be one of"),
    "rule with unknown label": (rule(label='"odd"'), "test-rule", "unknown outcome 'odd'"),
    "rule without because": (rule(because=""), "test-rule", "'because' is missing"),
    "rule without source": (rule(source=""), "test-rule", "'source' is missing"),
    "rule without yes": (rule(yes=""), "test-rule", "at least one example"),
    "rule without condition": (rule(all=""), "test-rule", "no condition"),
    "rule with unknown key": (rule(when='["lung"]'), "test-rule", "unknown key 'when'"),
    "rule twice": (rule(id='"artefact"'), "artefact", "id is used twice"),
    "cue of unknown category": (cue(category='"maybe"'), "maybe", "category must be one of"),
    "cue of unknown direction": (cue(direction='"up"'), "negation", "direction must be one of"),
    "cue twice": (cue(phrases='["Neither"]'), "negation", "stands already in"),
    "cue of two families": (cue(phrases='["{no|zero} evidence"]'), "negation", "stands already in"),
    "cue with half a bracket": (cue(phrases='["no {evidence"]'), "negation", "without its other half"),
    "cue with unknown key": (cue(weight="3"), "negation", "unknown key 'weight'"),
    "cue without phrase": (cue(phrases=""), "negation", "'phrases' is missing"),
    "heading twice": (
        append("sections.toml", '[[section]]\nrole = "findings"\nheadings = ["Impression"]'),
        "findings", "is listed twice",
    ),
    "heading of unknown role": (
        append("sections.toml", '[[section]]\nrole = "poem"\nheadings = ["Verse"]'),
        "poem", "role must be one of",
    ),
    "heading alone that is none": (
        append("sections.toml", '[[section]]\nrole = "other"\nheadings = ["x"]\nalone = ["y"]'),
        "other", "is no heading of this role",
    ),
    "word list that nothing asks for": (
        append("words.toml", '[moods]\nwords = ["gay"]'), "moods", "list is unknown",
    ),
    "word list missing": (
        replace("words.toml", "[specimen]", "[specimens]"), "specimen", "list is missing",
    ),
    "announcing word that tells no diagnosis": (
        replace("words.toml", '"first report of"]', '"first report of", "here we show"]'), "announcing", "not among the diagnostic words",
    ),
    "diagnostic word too short": (
        replace("words.toml", '"features of", "appearances of"]', '"features of", "is"]'), "diagnostic", "too short",
    ),
    "telling name of nothing": (
        replace("words.toml", '["neoplasm"', '["neoplasms"'), "named-alone", "neither a concept",
    ),
    "study without words": (append("patient.toml", '[[study]]\nid = "pet"'), "pet", "'words' is missing"),
    "people without a list": (replace("patient.toml", "elderly", "aged"), "people", "'elderly' is missing"),
    "lab of unknown concept": (
        append(
            "labs.toml",
            '[[lab]]\nid = "gold"\nphrases = ["serum gold"]\nhigh = ["midas"]\nsource = "test"\n'
            '[[lab.units]]\nunit = "g"\nspellings = ["g"]\nplausible = [0, 9]',
        ),
        "gold", "unknown risk concept 'midas'",
    ),
    "lab with a broken unit": (
        append(
            "labs.toml",
            '[[lab]]\nid = "gold"\nphrases = ["serum gold"]\nsource = "test"\n'
            '[[lab.units]]\nunit = "g"\nspellings = ["g"]\nplausible = [0]',
        ),
        "gold", "a unit needs",
    ),
    "group of unknown kind": (append("groups.toml", '[mood]\nbad = "x"'), "mood", "unknown kind"),
    "file missing": (remove("rules.toml"), "rules.toml", "cannot be read"),
    "not TOML": (append("cues.toml", "[[cue"), "cues.toml", "is not valid TOML"),
    "not UTF-8": (garble(CONCEPTS, b"# \xff\xfe"), CONCEPTS, "is not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_each_kind_of_damage_is_told(kind: str, folder: Path) -> None:
    change, entry, problem = BROKEN[kind]
    change(folder)
    with pytest.raises(LexiconError) as caught:
        load_lexicon(folder)
    told = str(caught.value)
    assert entry in told
    assert problem in told
    assert ".toml" in told
    assert "Traceback" not in told


def test_one_error_lists_every_problem(folder: Path) -> None:
    several = (
        concept(id='"thing-one"', colour='"red"', strength='"huge"'),
        concept(id='"thing-two"', source=""),
        concept(id='"thing-three"', phrases='["x "]'),
        cue(category='"maybe"'),
        rule(yes=""),
        append("groups.toml", '[mood]\nbad = "x"'),
    )
    for change in several:
        change(folder)
    with pytest.raises(LexiconError) as caught:
        load_lexicon(folder)
    told = str(caught.value)
    for part in (
        "thing-one: unknown key",
        "thing-one: strength",
        "thing-two",
        "thing-three",
        "maybe",
    ):
        assert part in told
    assert "test-rule" in told
    assert "mood" in told
    assert told.count("\n") >= 7
    assert "has 7 problems" in told


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="does not exist"):
        load_lexicon(tmp_path / "nowhere")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="holds no TOML file"):
        load_lexicon(tmp_path)


def test_the_digest_follows_the_files(folder: Path) -> None:
    before = load_lexicon(folder).digest
    assert load_lexicon().digest == before
    append("cues.toml", "# a remark")(folder)
    assert load_lexicon(folder).digest != before


def test_every_row_has_a_source_and_every_group_a_meaning() -> None:
    lexicon = load_lexicon()
    assert all(concept.source for concept in lexicon.concepts.values())
    assert all(rule.because and rule.source for rule in lexicon.rules)
    used = {group for concept in lexicon.concepts.values() for group in concept.groups}
    assert used <= set(lexicon.groups)


def test_sites_contain_each_other_without_a_circle() -> None:
    lexicon = load_lexicon()
    for concept in lexicon.concepts.values():
        if concept.kind == "site":
            chain = lexicon.ancestors(concept.id)
            assert lexicon.concepts[chain[-1]].part_of is None
