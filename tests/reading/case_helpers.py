"""Read the marked-up cases of ``tests/cases`` and judge one line of them.

A case is one line; ``[words|mark]`` is a marked span, ``\\n`` a line break, ``#`` begins a
comment line, ``!`` a line whose author expected it to be hard. Run as a script, this file strikes
out of ``known_failures.txt`` what has been mended; it never adds a line there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from reportclf.pipeline import Pipeline
from reportclf.records import Assertion

CASES = Path(__file__).parents[1] / "cases"
KNOWN = CASES / "known_failures.txt"
MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]")


class Mark(NamedTuple):
    start: int
    end: int
    words: str
    value: str


class Case(NamedTuple):
    file: str
    line: int
    key: str
    raw: str
    text: str
    marks: tuple[Mark, ...]


def parse(raw: str, file: str = "", line: int = 0) -> Case:
    """Take the marks out of a line."""
    key = f"{file}:{hashlib.sha1(raw.encode()).hexdigest()[:8]}"
    body = raw.removeprefix("!").strip().replace("\\n", "\n")
    text, last, marks = "", 0, []
    for match in MARK.finditer(body):
        text += body[last : match.start()]
        start = len(text)
        text += match[1]
        marks.append(Mark(start, len(text), match[1], match[2].strip()))
        last = match.end()
    return Case(file, line, key, raw, text + body[last:], tuple(marks))


def case_files(kind: str) -> list[Path]:
    return sorted((CASES / kind).glob("*.txt"))


def cases_in(path: Path) -> Iterator[Case]:
    name = path.relative_to(CASES).as_posix()
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if raw.strip() and not raw.startswith("#"):
            yield parse(raw, name, number)


def phrase_cases_in(path: Path) -> Iterator[tuple[str, Case]]:
    """Cases of the form ``phrase or id | marked line``."""
    for case in cases_in(path):
        about, _, rest = case.raw.partition(" | ")
        yield about.strip(), parse(rest, case.file, case.line)._replace(key=case.key, raw=case.raw)


def known_failures() -> dict[str, str]:
    """Key of each line that is known to fail, and why."""
    found = {}
    for line in KNOWN.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, reason, *_ = line.split(maxsplit=2)
            found[key] = reason
    return found


# -- one line ----------------------------------------------------------------------------------


def state(assertion: Assertion) -> str:
    return assertion.level.value if assertion.level else assertion.status.value


def assertion_misses(case: Case, pipeline: Pipeline) -> list[str]:
    got = pipeline.assert_spans(case.text, [(mark.start, mark.end) for mark in case.marks])
    return [
        f"{mark.words!r} is {state(one)}, not {mark.value}"
        for mark, one in zip(case.marks, got, strict=True)
        if state(one) != mark.value
    ]


def mention_misses(case: Case, pipeline: Pipeline) -> list[str]:
    found = [
        mention for finding in pipeline.tag(case.text).findings for mention in finding.mentions
    ]
    misses = []
    for mark in case.marks:
        near = [one for one in found if overlaps(one.span.start, one.span.end, mark)]
        if not near:
            misses.append(f"{mark.words!r} is not found")
        elif not any(state(one.assertion) == mark.value for one in near):
            states = "/".join(state(one.assertion) for one in near)
            misses.append(f"{mark.words!r} is {states}, not {mark.value}")
    for one in found:
        if not any(overlaps(one.span.start, one.span.end, mark) for mark in case.marks):
            misses.append(f"extra mention {case.text[one.span.start : one.span.end]!r}")
    return misses


def attachment_misses(case: Case, pipeline: Pipeline) -> list[str]:
    reading = pipeline.read(case.text)
    source = reading.copy.source
    misses = []
    for mark in case.marks:
        wanted = dict(item.strip().split("=", 1) for item in mark.value.split(";"))
        here = [
            (mention, lesion)
            for lesion in reading.lesions
            for mention in lesion.mentions
            if overlaps(source(mention.start), source(mention.end - 1) + 1, mark)
        ]
        if not here:
            misses.append(f"{mark.words!r} is not found")
            continue
        sites = {site for mention, lesion in here for site in (*mention.sites, *lesion.sites)}
        if "site" in wanted and not any(_names(site, wanted["site"], pipeline) for site in sites):
            misses.append(f"{mark.words!r} is at {sorted(sites)}, not at {wanted['site']!r}")
        sides = {side for mention, lesion in here for side in (mention.side, lesion.side)}
        if "side" in wanted and wanted["side"] not in sides:
            misses.append(f"{mark.words!r} is on side {sides}, not {wanted['side']!r}")
        shapes = {one for pair in here for part in pair for one in part.morphology}
        if "morphology" in wanted and not any(
            _names(one, wanted["morphology"], pipeline) for one in shapes
        ):
            misses.append(f"{mark.words!r} looks {sorted(shapes)}, not {wanted['morphology']!r}")
        if "size" in wanted:
            sizes = {mention.size for mention, _ in here}
            if not any(_same_size(size, wanted["size"]) for size in sizes):
                misses.append(f"{mark.words!r} measures {sizes}, not {wanted['size']}")
    return misses


def _names(concept: str, words: str, pipeline: Pipeline) -> bool:
    """Whether a phrase of the concept stands in the words, or the words in a phrase."""
    normal = pipeline._index.normalise
    wanted = [normal(word) for word in re.findall(r"\w+", words.lower())]
    named = pipeline.lexicon.concepts[concept]
    for phrase in (*named.phrases, *named.exact):
        own = [normal(word) for word in re.findall(r"\w+", phrase.lower())]
        if own and (_inside(own, wanted) or _inside(wanted, own)):
            return True
    return False


def _inside(few: list[str], many: list[str]) -> bool:
    return any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))


def _same_size(size: float | None, wanted: str) -> bool:
    number = max(float(one) for one in re.findall(r"\d+(?:\.\d+)?", wanted))
    return size is not None and abs(size - number * (10 if "cm" in wanted else 1)) < 0.01


def linking_misses(case: Case, pipeline: Pipeline) -> list[str]:
    findings = pipeline.tag(case.text).findings
    owners: list[set[int]] = [
        {
            number
            for number, finding in enumerate(findings)
            if any(overlaps(one.span.start, one.span.end, mark) for one in finding.mentions)
        }
        for mark in case.marks
    ]
    misses = [
        f"{mark.words!r} is not found"
        for mark, own in zip(case.marks, owners, strict=True)
        if not own
    ]
    for first, one in enumerate(case.marks):
        for second in range(first + 1, len(case.marks)):
            if owners[first] and owners[second]:
                joined = bool(owners[first] & owners[second])
                if joined != (one.value == case.marks[second].value):
                    verb = "one lesion" if joined else "apart"
                    misses.append(f"{one.words!r} and {case.marks[second].words!r} are {verb}")
    return misses


# What the words of the risk cases mean in our concepts: ids and groups.
RISK_WORDS: dict[str, set[str]] = {
    "renal": {"renal-strong", "renal-weak", "renal-function-normal"},
    "transplant": {"transplant", "failed-renal-transplant"},
    "parathyroid": {"parathyroid", "parathyroid-cured", "pth-normal", "lab-pth"},
    "hypoparathyroid": {"hypoparathyroid"},
    "high-calcium": {"high-calcium", "lab-calcium"},
    "high-phosphate": {"high-phosphate", "lab-phosphate"},
    "vitamin-d": {"vitamin-d-toxicity", "vitamin-d-drug", "raised-1-25-vitamin-d", "lab-vitamin-d"},
    "ckd-drug": {"ckd-drug", "calcium-drug"},
    "bone-turnover": {"bone-turnover"},
    "malignancy-driven": {"malignancy-driven", "cancer"},
    "sarcoid": {"sarcoid"},
    "connective-tissue": {"connective-tissue-disease", "raynaud"},
    "trauma": {"trauma", "burns", "frostbite"},
    "surgery": {"surgery", "scar"},
    "injection": {"injection", "extravasation"},
    "radiation": {"radiation"},
    "infection": {"infection", "granulomatous-disease"},
    "ischaemia": {"ischaemia"},
    "haemorrhage": {"haemorrhage"},
    "device": {"device"},
    "venous": {"venous"},
    "diabetes": {"diabetes"},
    "vitamin-k": {"vitamin-k"},
    "immobility": {"immobility"},
    "smoking": {"smoking"},
    "ageing": {"old-age"},
    "gene": {"genetic-disease", "tumoral-support"},
    "pancreatitis": {"pancreatitis"},
    "tubular": {"tubular-cause"},
    "normal-minerals": {"mineral-normal"},
    "lab-calcium": {"lab-calcium", "lab-ionised-calcium", "high-calcium", "mineral-normal"},
    "lab-phosphate": {"lab-phosphate", "high-phosphate", "calcium-phosphate-normal"},
    "lab-product": {"lab-calcium-phosphate-product", "raised-calcium-phosphate-product"},
    "lab-pth": {"lab-pth", "raised-pth", "pth-normal"},
    "lab-vitamin-d": {"lab-vitamin-d-25", "vitamin-d-normal", "vitamin-d-deficiency"},
    "lab-egfr": {"lab-egfr", "severely-reduced-gfr", "renal-function-normal"},
    "lab-creatinine": {"lab-creatinine", "raised-creatinine", "renal-function-normal"},
    "lab-alp": {"lab-alkaline-phosphatase", "lab-alp", "raised-alkaline-phosphatase"},
}  # fmt: skip


RISK_WORDS["renal"].add("hyperparathyroid-bone-disease")  # a brown tumour of CKD-MBD
_SENSES = set().union(*RISK_WORDS.values())


def risk_misses(case: Case, pipeline: Pipeline) -> list[str]:
    risks = pipeline.read(case.text).risks
    if not case.marks:
        return [
            f"extra risk term {one.concept} {case.text[one.source_start : one.source_end]!r}"
            for one in risks
            if _SENSES & {one.concept, *one.names} and "mineral-low" not in one.names
        ]
    misses = []
    for mark in case.marks:
        word, wanted = mark.value.split()
        near = [
            one
            for one in risks
            if overlaps(one.source_start, one.source_end, mark)
            and RISK_WORDS[word] & {one.concept, *one.names}
        ]
        states = [one.level.value if one.level else one.status.value for one in near]
        if any("parathyroid-cured" in one.names and one.affirmed for one in near):
            states.append("historical")  # the operation stands; the disease it ended is past
        if not near:
            misses.append(f"{mark.words!r} is not found as {word}")
        elif wanted not in states and not (wanted == "likely" and "present" in states):
            misses.append(f"{mark.words!r} is {'/'.join(states)}, not {wanted}")
    return misses


def overlaps(start: int, end: int, mark: Mark) -> bool:
    return start < mark.end and mark.start < end


# -- cases about one phrase or concept ---------------------------------------------------------

ACTING = frozenset(
    (
        "negation",
        "likely",
        "weak",
        "affirmed",
        "hypothetical",
        "history",
        "former",
        "family",
        "persistence",
    )
)


def cues_fired(case: Case, pipeline: Pipeline) -> set[tuple[str, str]]:
    """Cues that make a mark what it is; of those that only bound scopes, all that stand there.

    Twins that fold to the same words in the same category ("remain", "remains") fire together.
    """
    acting = {
        cue.cue_id
        for one in pipeline.assert_spans(case.text, [(mark.start, mark.end) for mark in case.marks])
        for cue in one.cues
    }
    hits = cue_hits(case.text, pipeline)
    places = {
        (hit.first, hit.last, hit.thing.category, hit.thing.direction)
        for hit in hits
        if hit.thing.id in acting
    }
    return {
        (hit.thing.id, hit.thing.direction)
        for hit in hits
        if hit.thing.category not in ACTING
        or (hit.first, hit.last, hit.thing.category, hit.thing.direction) in places
    }


def cue_hits(text: str, pipeline: Pipeline) -> list:
    from reportclf.reading.canonical import canonical, flatten

    return pipeline._index.page(canonical(flatten(text)), text).all_groups().get("cue", [])


def concepts_found(text: str, pipeline: Pipeline) -> set[str]:
    """Ids of all concepts and analytes whose words are found in a text (exclusions: that apply)."""
    from reportclf.reading.canonical import canonical, flatten

    page = pipeline._index.page(canonical(flatten(text)), text)
    return {
        hit.thing.id
        for group, found in page.all_groups().items()
        if group != "cue"
        for hit in found
    }


def cue_misses(case: Case, pipeline: Pipeline) -> list[str]:
    about = case.raw.partition(" | ")[0].strip()
    misses = assertion_misses(case, pipeline)
    category, _, direction = Path(case.file).stem.partition("_")
    if (f"{category}:{about}", direction) not in cues_fired(case, pipeline):
        misses.append(f"cue {about!r} does not fire")
    return misses


def concept_misses(case: Case, pipeline: Pipeline) -> list[str]:
    about = case.raw.partition(" | ")[0].strip()
    found = concepts_found(case.text, pipeline)
    return [] if about in found else [f"concept {about!r} is not found; found {sorted(found)}"]


JUDGES: dict[str, Callable[[Case, Pipeline], list[str]]] = {
    "assertion": assertion_misses,
    "mentions": mention_misses,
    "attachment": attachment_misses,
    "linking": linking_misses,
    "risk": risk_misses,
    "cues": cue_misses,
    "concepts": concept_misses,
}


def cases_of(path: Path) -> Iterable[Case]:
    if path.parent.name in ("cues", "concepts"):
        return (case for _, case in phrase_cases_in(path))
    return cases_in(path)


def misses_of(path: Path, pipeline: Pipeline) -> dict[str, tuple[Case, list[str]]]:
    judge = JUDGES[path.parent.name]
    found = {}
    for case in cases_of(path):
        misses = judge(case, pipeline)
        if misses:
            found[case.key] = (case, misses)
    return found


def prune() -> None:
    """Strike out of the known failures what passes now or is gone."""
    pipeline = Pipeline.load(rules_only=True)
    failing = {
        key for kind in JUDGES for path in case_files(kind) for key in misses_of(path, pipeline)
    }
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line or line[0] == "#" or line.split()[0] in failing]
    KNOWN.write_text("\n".join(kept) + "\n", encoding="utf-8")
    print(f"{len(lines) - len(kept)} struck out, {len(kept)} lines left")


if __name__ == "__main__":
    prune()
