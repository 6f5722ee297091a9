"""Where a mention without a place of its own lies: the thing or place told of before it.

"The gallbladder is contracted. Its wall is calcified", "a lump of the right lobe ... the nodule had
specks": the place stands in another sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.hits import Hit, concept_of, cue_of
from reportclf.reading.mentions import Attached, is_neighbour, side_of
from reportclf.reading.parse import SentenceHits


def placed(
    mention: Attached,
    dealt: Sequence[SentenceHits],
    default: tuple[str, ...],
    lexicon: Lexicon,
    *,
    is_first: bool,
    prose: bool,
) -> Attached:
    """Give a mention without a place of its own the one that was told before.

    Parameters
    ----------
    mention : Attached
        A mention with what its own sentence says of it.
    dealt : sequence of SentenceHits
        The sentences of the report.
    default : tuple of str
        The title's sites, for a mention that nothing else places.
    lexicon : Lexicon
        Containment and groups of sites.
    is_first : bool
        Whether no mention stands before it.
    prose : bool
        Whether the text runs on, as case texts do: "a mass" is the one told of.
    """
    found = _of_organ(mention, dealt, lexicon)
    found = _from_before(found, dealt, lexicon, is_first=is_first)
    if prose or _is_definite(dealt[mention.sentence]):
        found = _in_its_place(found, dealt, lexicon)
    if not found.sites and default:
        return found._replace(sites=default, inherited_site=True, default_site=True)
    return found


_ORGAN_TOLD = 1
"""Sentences back to which the organ of "the head" or "the disc" is looked for."""


def _of_organ(mention: Attached, dealt: Sequence[SentenceHits], lexicon: Lexicon) -> Attached:
    """A word for a part of several organs means the one just told of: "the pancreas is thin;
    calcifications in the head".
    """
    if not any(lexicon.concepts[site].also for site in mention.sites):
        return mention
    number = mention.sentence
    told = {
        place
        for one in dealt[max(0, number - _ORGAN_TOLD) : number + 1]
        for hit in one.details.get("site", ())
        for place in lexicon.ancestors(hit.thing.id)
    }
    text = dealt[number].scope.text
    for hit in dealt[number].details.get("site", ()):
        if hit.thing.id in mention.sites:
            for organ in concept_of(hit).also.get(text[hit.start : hit.end], ()):
                if organ in told:
                    return mention._replace(sites=(organ,), inherited_site=True)
    return mention


def _from_before(
    mention: Attached, dealt: Sequence[SentenceHits], lexicon: Lexicon, *, is_first: bool
) -> Attached:
    """Give an anaphoric mention the place and the thing of the sentence before."""
    number = mention.sentence
    if number == 0 or dealt[number - 1].section != mention.section:
        return mention
    before = dealt[number - 1]
    if mention.sites:
        return _of_thing_before(mention, dealt[number], before, lexicon)
    paired = _of_pair(mention, dealt[number], before)
    if paired is not None:
        return paired
    told_before = mention.anaphoric or _is_label(before)
    sampled = mention.of_specimen and is_first and not told_before
    places = _stated_places(before) if told_before or sampled else []
    if not places:
        return mention
    if sampled:
        return mention._replace(sites=(places[0].thing.id,), inherited_site=True)
    things = _stated(before.details.get("entity", ()), before)[-1:]
    if "wall-word" in mention.morphology:
        # "stones in the gallbladder. Its wall ...": the wall is the organ's
        things = [hit for hit in things if "calculus" not in concept_of(hit).groups]
    return mention._replace(
        sites=(_place_of(things, places[-1], lexicon),),
        side=mention.side or side_of(places[-1], before, before.scope.text),
        entities=mention.entities or tuple((hit.thing.id, "present") for hit in things),
        inherited_site=True,
    )


_PAIRED = re.compile(r"\bthe (?:(former)|latter|last)\b")


def _of_pair(mention: Attached, sentence: SentenceHits, before: SentenceHits) -> Attached | None:
    """Give "the latter is calcified" the second of the two things told of before."""
    which = _PAIRED.search(sentence.scope.text, sentence.start, mention.start)
    things = _stated(before.details.get("entity", ()), before)
    if which is None or len(things) < _PAIR or mention.entities:
        return None
    thing = things[-_PAIR] if which[1] else things[-1]
    own = concept_of(thing).site
    places = [place.thing.id for place in _stated_places(before) if place.first >= thing.first]
    sites = (own,) if own else tuple(places[:1])
    return mention._replace(
        sites=sites, entities=((thing.thing.id, "present"),), inherited_site=bool(sites)
    )


_PAIR = 2
_LOOK_BACK = 12
"""Sentences back to which "the nodule" is looked for."""
_NEAR_THING = 12
"""Words within which a place is the thing's."""
_KINDS = frozenset({"mass", "nodule", "body-unnamed"})


_THE = re.compile(r"\b(?:the|this|that) (?:\w+ ){0,3}$")


def _is_definite(sentence: SentenceHits) -> bool:
    """Whether the thing that holds the calcium has been told of: "the nodule has calcifications"."""
    text = sentence.scope.text
    return any(
        _THE.search(text, max(sentence.start, hit.start - 40), hit.start)
        for hit in sentence.details.get("entity", ())
        if concept_of(hit).names & _KINDS
    )


def _in_its_place(mention: Attached, dealt: Sequence[SentenceHits], lexicon: Lexicon) -> Attached:
    """A mass or nodule lies where one was told of before: "a lump of the right thyroid lobe ... the
    nodule had calcifications".
    """
    kinds = {
        name for entity, _ in mention.entities for name in lexicon.concepts[entity].names & _KINDS
    }
    if not kinds or not set(mention.sites) <= lexicon.regions.keys():
        return mention
    number = mention.sentence
    for sentence in reversed(dealt[max(0, number - _LOOK_BACK) : number]):
        if sentence.section != mention.section:
            break
        place = _place_of_kind(kinds, sentence)
        if place is None:
            continue
        groups = lexicon.groups_of([place])
        if not mention.sites or any(lexicon.regions[site] & groups for site in mention.sites):
            return mention._replace(sites=(place,), inherited_site=True)
        break
    return mention


def _place_of_kind(kinds: set[str], sentence: SentenceHits) -> str | None:
    """Return the place of the last thing of a kind that a sentence states."""
    things = [hit for hit in sentence.details.get("entity", ()) if kinds & concept_of(hit).names]
    near = [
        (max(place.first - thing.last, thing.first - place.last), place.thing.id)
        for thing in _stated(things, sentence)[-1:]
        for place in _stated_places(sentence)
    ]
    gap, site = min(near, default=(_NEAR_THING + 1, ""))
    return site if gap <= _NEAR_THING else None


_OWNER = re.compile(r" ?(?:its|their) ")
_NEAR_OWNER = 40


def _of_thing_before(
    mention: Attached, sentence: SentenceHits, before: SentenceHits, lexicon: Lexicon
) -> Attached:
    """A sentence that begins with "its" tells of the place before: "The gallbladder is small. Its
    wall is calcified, broken only at the neck".
    """
    if mention.start - sentence.start > _NEAR_OWNER or not _OWNER.match(
        sentence.scope.text, sentence.start
    ):
        return mention
    places = _stated_places(before)
    if not places:
        return mention
    place = places[-1].thing.id
    if any(lexicon.overlap(site, place) for site in mention.sites):
        return mention
    return mention._replace(sites=(place,), inherited_site=True)


_ADJACENT = 6
"""Words between a thing and the place that it is told to lie in, at most."""


def _place_of(things: Sequence[Hit], place: Hit, lexicon: Lexicon) -> str:
    """Return where a thing of the sentence before lies: its own organ rather than one named on the
    way ("a thyroid nodule, seen when the carotids were scanned"), unless the two are of one kind.
    """
    last = place.thing.id
    if things and 0 <= place.first - things[0].last <= _ADJACENT:
        return last
    own = concept_of(things[0]).site if things else None
    if own is None or lexicon.groups_of([own]) & lexicon.groups_of([last]):
        return last
    return own


_LABEL = 40
_TELLING = frozenset({"verb", "negation"})


def _is_label(sentence: SentenceHits) -> bool:
    """Whether a few words without a verb and without calcium stand for what follows."""
    return (
        sentence.end - sentence.start < _LABEL
        and not sentence.clues.get("mention")
        and not any(cue_of(cue).category in _TELLING for cue in sentence.scope.cues)
    )


def _stated(hits: Sequence[Hit], sentence: SentenceHits) -> list[Hit]:
    """Return the hits that a sentence tells of as real, asides in brackets left out."""
    text = sentence.scope.text
    return [
        hit
        for hit in hits
        if sentence.verdict(hit).is_there
        and text.count("(", sentence.start, hit.start) <= text.count(")", sentence.start, hit.start)
    ]


def _stated_places(sentence: SentenceHits) -> list[Hit]:
    """Return the places that a sentence tells of, but those that a mass only touches."""
    text = sentence.scope.text
    return [
        hit
        for hit in _stated(sentence.details.get("site", ()), sentence)
        if not is_neighbour(hit, text)
    ]


_LONGEST_TITLE = 100
_LONGEST_NUMBER = 12


def _is_number(sentence: SentenceHits) -> bool:
    """Whether a first sentence only numbers the text: "Figure 8."."""
    return sentence.end - sentence.start <= _LONGEST_NUMBER and not sentence.details.get("site")


def title_sites(dealt: Sequence[SentenceHits], lexicon: Lexicon) -> tuple[str, ...]:
    """Return the site of the title or, without one, of a first line that finds nothing; of a place
    and a part of it ("Shoulder US, long axis of the supraspinatus") the part. What names a disease
    ("staging of a rectal cancer") is no place.
    """
    for sentence in dealt:
        if sentence.role == "title" or (
            (sentence.number == 0 or (sentence.number == 1 and _is_number(dealt[0])))
            and sentence.end - sentence.start <= _LONGEST_TITLE
            and not sentence.clues.get("mention")
        ):
            text = sentence.scope.text
            things = sentence.details.get("entity", ())
            sites = tuple(
                hit.thing.id
                for hit in sentence.details.get("site", ())
                if not is_neighbour(hit, text)
                and not any(thing.start <= hit.start < thing.end for thing in things)
            )
            parts = [site for site in sites if sites[0] in lexicon.ancestors(site)]
            if parts:
                return (parts[-1],)
    return ()
