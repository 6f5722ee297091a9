"""Load and strictly check the lexicon: one error lists every problem with its file and id."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reportclf.errors import LexiconError
from reportclf.lexicon.entries import (
    CLASSES,
    KINDS,
    Analyte,
    Concept,
    CuePhrase,
    Lexicon,
    Rule,
    Unit,
)
from reportclf.reading.words import Normaliser, Spelling
from reportclf.records import SubReason, Tag

DEFAULT_FOLDER = Path(__file__).parent

CUE_CATEGORIES = (
    "negation",
    "likely",
    "weak",
    "affirmed",
    "reported",
    "hypothetical",
    "history",
    "former",
    "family",
    "persistence",
    "pseudo",
    "terminator",
    "comma-terminator",
    "comma",
    "hedge-end",
    "colon",
    "conjunction",
    "verb",
    "definite",
    "polarity",
    "question",
    "negation-section",
)
DIRECTIONS = ("before", "after", "here")
ROLES = (
    "title",
    "history",
    "past",
    "family",
    "comparison",
    "technique",
    "findings",
    "impression",
    "recommendation",
    "addendum",
    "other",
)
LAYERS = ("scope", "conflict", "abstention", "fallback")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WORDS = re.compile(r"\w+|[^\w\s]")

_CONCEPT_KEYS = {
    "id", "kind", "phrases", "exact", "ambiguous", "needs", "not", "groups", "supports", "strength",
    "mention", "outcome", "priority", "site", "part_of", "codes", "source", "because",
}  # fmt: skip
_CUE_KEYS = {
    "category",
    "direction",
    "phrases",
    "gap",
    "past_verb",
    "wide",
    "reach",
    "at_end",
    "source",
    "because",
}
_LAB_KEYS = {"id", "phrases", "exact", "not", "source", "high", "low", "units", "because", "codes"}
_UNIT_KEYS = {"unit", "spellings", "low", "high", "plausible", "cue_low", "cue_high", "children"}
_RULE_KEYS = {
    "id", "layer", "label", "priority", "all", "any", "none", "candidates", "confidence", "because",
    "source", "yes", "no",
}  # fmt: skip


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Load the lexicon from a folder.

    Parameters
    ----------
    folder : Path, optional
        Folder of the TOML files; the one shipped with the package by default.

    Returns
    -------
    Lexicon
        Checked and complete.

    Raises
    ------
    LexiconError
        If anything is wrong; the message lists every problem.
    """
    return _Loader(folder or DEFAULT_FOLDER).lexicon()


class _Loader:
    """Collects problems while it reads, so that one error can list them all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._problems: list[str] = []
        self._digest = hashlib.sha256()
        self._where: dict[str, str] = {}

    def lexicon(self) -> Lexicon:
        if not self._folder.is_dir():
            raise LexiconError(f"lexicon folder {self._folder} does not exist; name another folder")
        spelling = self._spelling()
        groups = self._groups()
        concepts = self._concepts()
        analytes = self._analytes(concepts)
        cues = self._cues()
        headings = self._headings()
        words = self._words()
        screen = self._read("screen.toml")
        rules = self._rules()
        self._stop_if_broken()
        normalise = Normaliser(spelling)
        self._check_concepts(concepts, groups, normalise)
        self._check_rules(rules, concepts, groups, words)
        stems, together, abbreviations = self._screen(concepts, screen)
        self._stop_if_broken()
        return Lexicon(
            concepts=concepts,
            cues=cues,
            headings=headings,
            analytes=analytes,
            rules=rules,
            spelling=spelling,
            groups={name: kind for kind, names in groups.items() for name in names},
            screen_stems=stems,
            screen_together=together,
            screen_abbreviations=abbreviations,
            screen_words=tuple(screen.get("words", ())),
            screen_scan_words=tuple(screen.get("scan_words", ())),
            words=words,
            digest=self._digest.hexdigest(),
        )

    # -- reading -------------------------------------------------------------------------------

    def _read(self, name: str) -> dict[str, Any]:
        path = self._folder / name
        try:
            raw = path.read_bytes()
            self._digest.update(name.encode() + b"\0" + raw)
            return tomllib.loads(raw.decode("utf-8"))
        except OSError:
            self._say(name, "-", "cannot be read; restore the file")
        except UnicodeDecodeError:
            self._say(name, "-", "is not UTF-8; save it as UTF-8")
        except tomllib.TOMLDecodeError as error:
            self._say(name, "-", f"is not valid TOML: {error}")
        return {}

    def _say(self, file: str, entry: str, problem: str) -> None:
        self._problems.append(f"{file}: {entry}: {problem}")

    def _stop_if_broken(self) -> None:
        if self._problems:
            listed = "\n  ".join(self._problems)
            count = len(self._problems)
            raise LexiconError(
                f"lexicon in {self._folder} has {count} problem{'s' * (count > 1)}; mend them:\n  {listed}"
            )

    def _spelling(self) -> Spelling:
        tables = self._read("spelling.toml")
        try:
            misspellings = tables["misspellings"]
            return Spelling(
                british=tuple((row["from"], row["to"], row["min"]) for row in tables["british"]),
                plurals=tables["plurals"],
                singulars=frozenset(tables["singulars"]["words"]),
                misspelled=tuple(misspellings["words"]),
                also=misspellings["also"],
                stop=frozenset(misspellings["stop"]),
            )
        except (KeyError, TypeError) as error:
            self._say("spelling.toml", "-", f"table or key {error} is missing")
            return Spelling((), {}, frozenset())

    def _groups(self) -> dict[str, dict[str, str]]:
        tables = self._read("groups.toml")
        for kind in tables:
            if kind not in KINDS:
                self._say("groups.toml", kind, f"unknown kind; use one of {', '.join(KINDS)}")
        return tables

    def _words(self) -> dict[str, frozenset[str]]:
        tables = self._read("words.toml")
        return {name: frozenset(table.get("words", ())) for name, table in tables.items()}

    def _concepts(self) -> dict[str, Concept]:
        found: dict[str, Concept] = {}
        files = sorted((self._folder / "concepts").glob("*.toml"))
        if not files:
            self._say("concepts/", "-", "holds no TOML file")
        for path in files:
            name = f"concepts/{path.name}"
            for entry in self._read(name).get("concept", ()):
                concept = self._concept(name, entry)
                if concept is None:
                    continue
                if concept.id in found:
                    self._say(name, concept.id, f"id used before in {self._where[concept.id]}")
                found[concept.id] = concept
                self._where[concept.id] = name
        return found

    def _concept(self, file: str, entry: Mapping[str, Any]) -> Concept | None:
        name = str(entry.get("id", "?"))
        self._check_keys(file, name, entry, _CONCEPT_KEYS, ("id", "kind", "source"))
        if not _ID.fullmatch(name):
            self._say(file, name, "id must be words in lower case joined by hyphens")
            return None
        if entry.get("kind") not in KINDS:
            self._say(file, name, f"kind must be one of {', '.join(KINDS)}")
            return None
        for key in ("phrases", "exact", "ambiguous", "needs", "not"):
            self._check_phrases(file, name, key, entry.get(key, ()))
        if not any(entry.get(key) for key in ("phrases", "exact", "ambiguous")):
            self._say(file, name, "has no phrase")
        if entry.get("ambiguous") and not entry.get("needs"):
            self._say(file, name, "ambiguous phrases need a list `needs`")
        self._check_choice(file, name, "strength", entry, ("naming", "strong", "weak"))
        self._check_choice(file, name, "priority", entry, ("background", "specific"))
        for support in entry.get("supports", ()):
            if support not in CLASSES:
                self._say(file, name, f"supports unknown class {support!r}")
        if "outcome" in entry:
            self._check_outcome(file, name, entry["outcome"])
        return Concept(
            id=name,
            kind=entry["kind"],
            phrases=tuple(entry.get("phrases", ())),
            exact=tuple(entry.get("exact", ())),
            ambiguous=tuple(entry.get("ambiguous", ())),
            needs=tuple(entry.get("needs", ())),
            cancelled_by=tuple(entry.get("not", ())),
            groups=tuple(entry.get("groups", ())),
            supports=tuple(entry.get("supports", ())),
            strength=entry.get("strength"),
            mention=bool(entry.get("mention", False)),
            outcome=entry.get("outcome"),
            priority=entry.get("priority"),
            site=entry.get("site"),
            part_of=entry.get("part_of"),
            codes=dict(entry.get("codes", {})),
            source=str(entry.get("source", "")),
            because=str(entry.get("because", "")),
        )

    def _analytes(self, concepts: Mapping[str, Concept]) -> dict[str, Analyte]:
        found: dict[str, Analyte] = {}
        for entry in self._read("labs.toml").get("lab", ()):
            name = str(entry.get("id", "?"))
            self._check_keys("labs.toml", name, entry, _LAB_KEYS, ("id", "units", "source"))
            for key in ("phrases", "exact", "not"):
                self._check_phrases("labs.toml", name, key, entry.get(key, ()))
            for target in (*entry.get("high", ()), *entry.get("low", ())):
                if target not in concepts or concepts[target].kind != "risk":
                    self._say("labs.toml", name, f"asserts unknown risk concept {target!r}")
            units = [self._unit(name, unit) for unit in entry.get("units", ())]
            found[name] = Analyte(
                id=name,
                phrases=tuple(entry.get("phrases", ())),
                exact=tuple(entry.get("exact", ())),
                cancelled_by=tuple(entry.get("not", ())),
                units=tuple(unit for unit in units if unit is not None),
                high=tuple(entry.get("high", ())),
                low=tuple(entry.get("low", ())),
                source=str(entry.get("source", "")),
            )
        return found

    def _unit(self, lab: str, entry: Mapping[str, Any]) -> Unit | None:
        self._check_keys("labs.toml", lab, entry, _UNIT_KEYS, ("unit", "spellings", "plausible"))
        try:
            low, high = entry["plausible"]
            return Unit(
                unit=entry["unit"],
                spellings=tuple(entry["spellings"]),
                low=entry.get("low"),
                high=entry.get("high"),
                children=tuple(
                    (int(age), float(limit)) for age, limit in entry.get("children", ())
                ),
                plausible=(float(low), float(high)),
                cue_low=entry.get("cue_low"),
                cue_high=entry.get("cue_high"),
            )
        except (KeyError, TypeError, ValueError):
            self._say(
                "labs.toml",
                lab,
                "a unit needs unit, spellings, plausible = [low, high], and children as [[under years, high], ...]",
            )
            return None

    def _cues(self) -> tuple[CuePhrase, ...]:
        found: list[CuePhrase] = []
        seen: dict[tuple[str, str], str] = {}
        for number, entry in enumerate(self._read("cues.toml").get("cue", ()), 1):
            name = f"entry {number} ({entry.get('category', '?')})"
            self._check_keys("cues.toml", name, entry, _CUE_KEYS, ("category", "phrases"))
            category = str(entry.get("category"))
            direction = str(entry.get("direction", "before"))
            if category not in CUE_CATEGORIES:
                self._say("cues.toml", name, f"category must be one of {', '.join(CUE_CATEGORIES)}")
            if direction not in DIRECTIONS:
                self._say("cues.toml", name, f"direction must be one of {', '.join(DIRECTIONS)}")
            self._check_phrases("cues.toml", name, "phrases", entry.get("phrases", ()))
            for phrase in entry.get("phrases", ()):
                key = (phrase.lower(), direction)
                if key in seen:
                    self._say("cues.toml", name, f"{phrase!r} stands already in {seen[key]}")
                seen[key] = name
                found.append(
                    CuePhrase(
                        id=f"{category}:{phrase}",
                        category=category,
                        direction=direction,
                        phrase=phrase,
                        reach=entry.get("reach"),
                        gap=int(entry.get("gap", 0)),
                        wide=bool(entry.get("wide", False)),
                        past_verb=bool(entry.get("past_verb", False)),
                        at_end=bool(entry.get("at_end", False)),
                    )
                )
        return tuple(found)

    def _headings(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for entry in self._read("sections.toml").get("section", ()):
            role = str(entry.get("role"))
            self._check_keys(
                "sections.toml", role, entry, {"role", "headings"}, ("role", "headings")
            )
            if role not in ROLES:
                self._say("sections.toml", role, f"role must be one of {', '.join(ROLES)}")
            self._check_phrases("sections.toml", role, "headings", entry.get("headings", ()))
            for heading in entry.get("headings", ()):
                if heading.lower() in found:
                    self._say("sections.toml", role, f"heading {heading!r} is listed twice")
                found[heading.lower()] = role
        return found

    def _rules(self) -> tuple[Rule, ...]:
        return tuple(
            rule
            for entry in self._read("rules.toml").get("rule", ())
            if (rule := self._rule(entry)) is not None
        )

    def _rule(self, entry: Mapping[str, Any]) -> Rule | None:
        name = str(entry.get("id", "?"))
        self._check_keys(
            "rules.toml", name, entry, _RULE_KEYS, ("id", "layer", "label", "because", "source")
        )
        self._check_choice("rules.toml", name, "layer", entry, LAYERS)
        self._check_outcome("rules.toml", name, str(entry.get("label")))
        if not entry.get("yes"):
            self._say("rules.toml", name, "needs at least one example under `yes`")
        if not (entry.get("all") or entry.get("any")):
            self._say("rules.toml", name, "has no condition")
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
            none=frozenset(entry.get("none", ())),
            candidates=tuple(entry.get("candidates", ())),
            confidence=float(entry.get("confidence", 0.9)),
            because=str(entry.get("because", "")),
            source=str(entry.get("source", "")),
            yes=tuple(entry.get("yes", ())),
            no=tuple(entry.get("no", ())),
        )

    # -- checks --------------------------------------------------------------------------------

    def _check_keys(
        self,
        file: str,
        name: str,
        entry: Mapping[str, Any],
        known: Iterable[str],
        required: Iterable[str],
    ) -> None:
        for key in sorted(set(entry) - set(known)):
            self._say(file, name, f"unknown key {key!r}")
        for key in required:
            if not entry.get(key):
                self._say(file, name, f"key {key!r} is missing or empty")

    def _check_phrases(self, file: str, name: str, key: str, phrases: Any) -> None:
        if isinstance(phrases, str) or not all(isinstance(phrase, str) for phrase in phrases):
            self._say(file, name, f"{key} must be a list of strings")
            return
        for phrase in phrases:
            if not phrase.strip():
                self._say(file, name, f"{key} holds an empty phrase")
            elif phrase != " ".join(phrase.split()):
                self._say(file, name, f"{key}: {phrase!r} has blanks to trim")

    def _check_choice(
        self, file: str, name: str, key: str, entry: Mapping[str, Any], allowed: tuple[str, ...]
    ) -> None:
        if key in entry and entry[key] not in allowed:
            self._say(file, name, f"{key} must be one of {', '.join(allowed)}")

    def _check_outcome(self, file: str, name: str, outcome: str) -> None:
        label, _, sub = outcome.partition(":")
        if label not in tuple(Tag):
            self._say(file, name, f"unknown outcome {outcome!r}")
        elif (sub and sub not in tuple(SubReason)) or (label == "other" and not sub):
            self._say(file, name, f"outcome {outcome!r} needs a known sub-reason")

    def _check_concepts(
        self,
        concepts: Mapping[str, Concept],
        groups: Mapping[str, Mapping[str, str]],
        normalise: Normaliser,
    ) -> None:
        owners: dict[tuple[str, str], str] = {}
        for concept in concepts.values():
            file = self._where[concept.id]
            for group in concept.groups:
                if group not in groups.get(concept.kind, {}):
                    self._say(file, concept.id, f"group {group!r} is not declared in groups.toml")
            for key in ("site", "part_of"):
                target = getattr(concept, key)
                if target is not None and (
                    target not in concepts or concepts[target].kind != "site"
                ):
                    self._say(file, concept.id, f"{key} names unknown site {target!r}")
            for phrase in concept.phrases:
                form = (concept.kind, folded(phrase, normalise))
                if owners.get(form, concept.id) != concept.id:
                    self._say(file, concept.id, f"{phrase!r} is owned by {owners[form]} too")
                owners[form] = concept.id

    def _check_rules(
        self,
        rules: tuple[Rule, ...],
        concepts: Mapping[str, Concept],
        groups: Mapping[str, Mapping[str, str]],
        words: Mapping[str, frozenset[str]],
    ) -> None:
        known = set(concepts) | {name for names in groups.values() for name in names}
        free = words.get("facts", frozenset())
        seen: set[str] = set()
        for rule in rules:
            if rule.id in seen:
                self._say("rules.toml", rule.id, "id is used twice")
            seen.add(rule.id)
            for fact in rule.required.union(*rule.alternatives, rule.any, rule.none):
                prefix, _, rest = fact.rpartition(":")
                if fact not in free and (
                    rest not in known
                    or prefix not in ("", "patient", "near", "denied", "report", "diagnosed")
                ):
                    self._say("rules.toml", rule.id, f"unknown fact {fact!r}")

    def _screen(
        self, concepts: Mapping[str, Concept], screen: Mapping[str, Any]
    ) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]:
        """Return stems, sets of words and abbreviations such that every mention phrase holds one."""
        stems = list(screen.get("stems", ()))
        common = frozenset(screen.get("common", ()))
        alone = frozenset(screen.get("words", ()))
        abbreviations: dict[str, None] = {}
        together: dict[tuple[str, ...], None] = {}
        for concept in concepts.values():
            if not concept.is_mention:
                continue
            for phrase in (*concept.exact, *concept.ambiguous):
                if not any(stem in phrase.lower() for stem in stems):
                    abbreviations[phrase] = None
            for phrase in concept.phrases:
                if any(stem in phrase.lower() for stem in stems):
                    continue
                words = re.findall(r"[^\W\d_]{3,}", phrase.lower())
                rare = [word for word in words if word not in common and len(word) > 4]
                if phrase.lower() in alone:
                    continue
                if rare:
                    stems.extend(_stems(max(rare, key=len)))
                elif words:
                    for spelling in (0, -1):
                        together[tuple(sorted(_stems(word)[spelling] for word in words))] = None
                else:
                    self._say(
                        "screen.toml",
                        concept.id,
                        f"{phrase!r} would not pass the screen; add a stem",
                    )
        return tuple(dict.fromkeys(stems)), tuple(together), tuple(abbreviations)


def _stems(word: str) -> tuple[str, ...]:
    """Return a word without its plural, and its American spelling where that differs."""
    word = word.removesuffix("es").removesuffix("s") if len(word) > 5 else word
    word = word[:-1] if word.endswith(("e", "y")) and len(word) > 5 else word
    american = (
        word.replace("aem", "em").replace("oed", "ed").replace("our", "or").replace("oes", "es")
    )
    return (word,) if american == word else (word, american)


def folded(phrase: str, normalise: Normaliser) -> str:
    """Return a phrase in the form in which it is matched, words joined by blanks."""
    return " ".join(normalise(word) for word in _WORDS.findall(phrase.replace("-", " ")))
