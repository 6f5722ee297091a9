"""Every error the package raises on purpose.

One base, so that a caller can catch all of them. A message names what is wrong, where, and the
remedy; it never holds report text, and is raised ``from None`` where the cause might.
"""

from __future__ import annotations


class ReportclfError(Exception):
    """Base of all errors raised on purpose by reportclf."""


class InputError(ReportclfError):
    """An input, path or option that makes the whole run pointless; raised before work starts."""


class OutputError(ReportclfError):
    """An output that cannot be written."""


class LexiconError(ReportclfError):
    """The lexicon files are broken. The message lists every problem with its file and id."""


class ModelError(ReportclfError):
    """The model is missing, damaged, or made for another lexicon."""


class CorpusError(ReportclfError):
    """A labelled data set does not have the promised form."""


class TooManyErrors(ReportclfError):  # noqa: N818 - says what happened
    """More reports failed than the run was allowed to lose."""
