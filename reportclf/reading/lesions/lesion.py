"""A lesion, and what its mentions say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportclf.reading.lesions.hints import explains
from reportclf.reading.mentions import Attached
from reportclf.records import Level, Status, affirms


@dataclass(frozen=True, slots=True)
class Name:
    """A class name given to a lesion: class, hedge level, the section it stands in, its strength."""

    label: str
    status: Status
    level: Level | None
    role: str
    strength: str
    mention: int


@dataclass(frozen=True, slots=True)
class Lesion:
    """One calcification: its mentions and what they say together."""

    mentions: tuple[Attached, ...]
    sites: tuple[str, ...]
    side: str | None
    morphology: tuple[str, ...]
    entities: tuple[tuple[str, str], ...]
    contexts: tuple[str, ...]
    size: float | None
    status: Status
    level: Level | None
    names: tuple[Name, ...]

    @property
    def affirmed(self) -> bool:
        """Whether the report says that the lesion is there."""
        return affirms(self.status, self.level)

    @property
    def sentences(self) -> frozenset[int]:
        """Numbers of the sentences its mentions stand in."""
        return frozenset(mention.sentence for mention in self.mentions)


_AUTHORITY = {
    "addendum": 4,
    "impression": 3,
    "findings": 2,
    "technique": 1,
    "comparison": 1,
    "history": 1,
}


def lesion_of(cluster: Sequence[Attached]) -> Lesion:
    """Return the lesion that linked mentions make together."""
    status, level = _status(cluster)
    affirming = [member for member in cluster if member.affirmed] or list(cluster)
    return Lesion(
        mentions=tuple(cluster),
        sites=_merged(member.sites for member in affirming),
        side=next((member.side for member in affirming if member.side), None),
        morphology=_merged(member.morphology for member in cluster),
        entities=_merged(member.entities for member in affirming),
        contexts=_merged(member.contexts for member in cluster),
        size=max((member.size for member in cluster if member.size), default=None),
        status=status,
        level=level,
        names=_names(cluster),
    )


def _merged(lists: Iterable[tuple]) -> tuple:  # type: ignore[type-arg]
    return tuple(dict.fromkeys(item for items in lists for item in items))


def _status(cluster: Sequence[Attached]) -> tuple[Status, Level | None]:
    """The addendum decides; else any affirmed mention; else the most telling of the rest."""
    last_words = [
        member
        for member in cluster
        if member.role == "addendum" and member.naming is None and not explains(member)
    ]
    if last_words:
        return last_words[-1].status, last_words[-1].level
    if _is_refuted(cluster):
        return Status.ABSENT, None
    for wanted in (Status.PRESENT, Status.POSSIBLE):
        for level in (None, Level.LIKELY, Level.WEAK):
            for member in cluster:
                if member.status is wanted and member.level is level:
                    return wanted, level
    for wanted in (Status.ABSENT, Status.HISTORICAL, Status.HYPOTHETICAL, Status.FAMILY):
        if any(member.status is wanted for member in cluster):
            return wanted, None
    return Status.PRESENT, None


def _is_refuted(cluster: Sequence[Attached]) -> bool:
    """Whether all that was only thought of is denied in the end: "?calciphylaxis ... ruled out"."""
    last = cluster[-1]
    return last.status is Status.ABSENT and all(
        member.status in (Status.POSSIBLE, Status.ABSENT, Status.HYPOTHETICAL) for member in cluster
    )


def _names(cluster: Sequence[Attached]) -> tuple[Name, ...]:
    """Class names in order of authority: addendum, impression, findings, history."""
    found = [
        Name(
            label=concept.supports[0],
            status=member.status,
            level=member.level,
            role=member.role,
            strength=concept.strength or "naming",
            mention=number,
        )
        for number, member in enumerate(cluster)
        for concept in member.concepts
        if concept.kind == "naming" and concept.supports
    ]
    return tuple(sorted(found, key=lambda name: -_AUTHORITY.get(name.role, 0)))
