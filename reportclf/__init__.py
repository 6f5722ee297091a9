"""Tell why there is calcium in a radiology report.

The public API: :class:`Pipeline`, :class:`Report`, :class:`Result` and the errors. It is imported lazily,
so that ``import reportclf`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportclf._version import __version__

if TYPE_CHECKING:
    from reportclf.errors import InputError, LexiconError, ModelError, OutputError, ReportclfError
    from reportclf.pipeline import Pipeline
    from reportclf.records import (
        Assertion,
        Finding,
        Level,
        Mention,
        Report,
        Result,
        RiskTerm,
        RowError,
        Status,
        Tag,
    )

_HOMES = {
    "Pipeline": "reportclf.pipeline",
    **dict.fromkeys(
        ("InputError", "LexiconError", "ModelError", "OutputError", "ReportclfError"),
        "reportclf.errors",
    ),
    **dict.fromkeys(
        (
            "Assertion", "Finding", "Level", "Mention", "Report", "Result", "RiskTerm", "RowError", "Status", "Tag",
        ),
        "reportclf.records",
    ),
}  # fmt: skip

__all__ = [
    "Assertion",
    "Finding",
    "InputError",
    "Level",
    "LexiconError",
    "Mention",
    "ModelError",
    "OutputError",
    "Pipeline",
    "Report",
    "ReportclfError",
    "Result",
    "RiskTerm",
    "RowError",
    "Status",
    "Tag",
    "__version__",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'reportclf' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
