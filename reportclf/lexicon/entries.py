"""What the lexicon holds once loaded: frozen records, no behaviour beyond look-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reportclf.reading.words import Spelling

KINDS = (
    "calcification",
    "naming",
    "entity",
    "site",
    "morphology",
    "risk",
    "exclusion",
    "context",
)
CLASSES = ("dystrophic", "metastatic", "tumoral")


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """One thing the lexicon knows by name. See ``lexicon/README.md`` for every field."""

    id: str
    kind: str
    phrases: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    cancelled_by: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    strength: str | None = None
    mention: bool = False
    outcome: str | None = None
    priority: str | None = None
    site: str | None = None
    part_of: str | None = None
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    because: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Id and groups: every name a rule may use for this concept."""
        return frozenset((self.id, *self.groups))

    @property
    def is_mention(self) -> bool:
        """Whether the words by themselves name a calcification."""
        return self.mention or self.kind in ("calcification", "naming")


@dataclass(frozen=True, slots=True, eq=False)
class CuePhrase:
    """One phrase that changes or bounds the assertion of what stands near it.

    ``family`` is the phrase as written, with its choices; a phrase written out is its own family.
    ``reach`` and ``gap`` are in tokens; ``at_end`` cues count only where their clause ends,
    ``wide`` ones outlive terminators, ``past_verb`` ones the verb of their clause, ``listing`` ones
    commas; behind ``goes_on`` ones more is told of the thing named before.
    """

    id: str
    category: str
    direction: str
    phrase: str
    family: str
    reach: int | None = None
    at_end: bool = False
    gap: int = 0
    wide: bool = False
    past_verb: bool = False
    listing: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a lab value with its limits; see ``labs.toml``."""

    unit: str
    spellings: tuple[str, ...]
    low: float | None
    high: float | None
    children: tuple[tuple[int, float], ...]
    plausible: tuple[float, float]
    cue_low: float | None = None
    cue_high: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Analyte:
    """A measured substance and the risk concepts its abnormal values assert."""

    id: str
    phrases: tuple[str, ...]
    exact: tuple[str, ...]
    cancelled_by: tuple[str, ...]
    units: tuple[Unit, ...]
    high: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A decision rule of ``rules.toml``: conditions over fact names, an outcome, a reason.

    All of ``required`` and one fact of each set in ``alternatives`` must hold, at least one of
    ``any`` where given, and none of ``none``.
    """

    id: str
    layer: str
    label: str
    sub_reason: str | None
    priority: str | None
    required: frozenset[str]
    alternatives: tuple[frozenset[str], ...]
    any: frozenset[str]
    none: frozenset[str]
    candidates: tuple[str, ...]
    confidence: float
    because: str
    source: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Headings:
    """The role of each heading, in lower case, and which of them need no mark behind them."""

    roles: Mapping[str, str]
    alone: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What tells a kind of study; words as tokens write them, with a blank behind or without."""

    id: str
    beginnings: tuple[str, ...]
    words: frozenset[str]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Words that tell the age group and the sex of the patient, as tokens write them."""

    persons: frozenset[str]
    infant: frozenset[str]
    child: frozenset[str]
    elderly: frozenset[str]
    female: frozenset[str]
    male: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """Everything clinical: concepts, cues, headings, labs, rules, spelling; and its digest."""

    concepts: Mapping[str, Concept]
    cues: tuple[CuePhrase, ...]
    headings: Headings
    people: People
    studies: tuple[Study, ...]
    analytes: Mapping[str, Analyte]
    rules: tuple[Rule, ...]
    spelling: Spelling
    groups: Mapping[str, str]
    screen_stems: tuple[str, ...]
    screen_together: tuple[tuple[str, ...], ...]
    screen_abbreviations: tuple[str, ...]
    screen_words: tuple[str, ...]
    screen_scan_words: tuple[str, ...]
    words: Mapping[str, frozenset[str]]
    digest: str

    def ancestors(self, site: str) -> tuple[str, ...]:
        """Return a site and its containing sites, nearest first."""
        return self._chains[site]

    def overlap(self, one: str, other: str) -> bool:
        """Whether two sites are the same, or one lies in the other."""
        return one in self.ancestors(other) or other in self.ancestors(one)

    def groups_of(self, sites: Iterable[str]) -> set[str]:
        """Return the groups of sites and of what they lie in."""
        return {
            group
            for site in sites
            for one in self.ancestors(site)
            for group in self.concepts[one].groups
        }

    @cached_property
    def regions(self) -> Mapping[str, frozenset[str]]:
        """Places that a study names rather than a finding ("chest CT showed a mass"), and the groups
        of what they hold.
        """
        return {one.id: frozenset(one.holds) for one in self.concepts.values() if one.holds}

    @cached_property
    def layers(self) -> dict[str, tuple[Rule, ...]]:
        """The rules of each layer, in the order of the file."""
        layers: dict[str, list[Rule]] = {}
        for rule in self.rules:
            layers.setdefault(rule.layer, []).append(rule)
        return {name: tuple(rules) for name, rules in layers.items()}

    @cached_property
    def _chains(self) -> dict[str, tuple[str, ...]]:
        return {site: self._chain(site) for site in self.concepts}

    def _chain(self, site: str) -> tuple[str, ...]:
        chain: list[str] = []
        here: str | None = site
        while here is not None and here not in chain:
            chain.append(here)
            here = self.concepts[here].part_of
        return tuple(chain)
