"""Calcification mentions: the words, what their clause says of them, and their assertion.

A mention is found by its words; site, side, morphology, size and entity are then dealt out to the
mentions of a sentence, each to the one it stands nearest to without a boundary between.
"""

from __future__ import annotations

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.mentions.attached import Attached, first_token_of
from reportclf.reading.mentions.attachment import with_attachments
from reportclf.reading.mentions.extent import coordinated, extended
from reportclf.reading.mentions.found import named
from reportclf.reading.mentions.nearness import is_neighbour
from reportclf.reading.mentions.past import there_till_removed
from reportclf.reading.mentions.side import side_of
from reportclf.reading.mentions.status import judged, set_against
from reportclf.reading.mentions.uptake import is_in_bone, uptakes
from reportclf.reading.parse import SentenceHits
from reportclf.reading.phrases import Page

__all__ = ["Attached", "is_neighbour", "mentions_in", "side_of"]


def mentions_in(
    sentence: SentenceHits, page: Page, lexicon: Lexicon, *, prose: bool
) -> list[Attached]:
    """Return the mentions of a sentence with their assertion and attachments.

    Parameters
    ----------
    sentence : SentenceHits
        The hits of one sentence.
    page : Page
        The report, for its canonical text.
    lexicon : Lexicon
        Sites, their containment, cue meanings.
    prose : bool
        Whether the text runs on, as case texts do.
    """
    found = named(sentence, page.text, lexicon) or uptakes(sentence, page, lexicon)
    if not found:
        return []
    found = [extended(mention, sentence, page.text) for mention in found]
    found.extend(coordinated(found, sentence, page.text))
    found.sort(key=first_token_of)
    words = lexicon.words
    found = set_against([judged(mention, sentence, words) for mention in found], sentence)
    if prose:
        found = [there_till_removed(mention, sentence) for mention in found]
    placed = with_attachments(found, sentence, page.text, lexicon)
    return [mention for mention in placed if not is_in_bone(mention, sentence, page.text, lexicon)]
