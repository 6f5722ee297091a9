"""The trained model: a linear classifier as numbers and names, read without pickle.

``model.npz`` holds the weights, ``manifest.json`` everything else, with the hash of the numbers. The
manifest is checked before anything is built; a mismatch is one clear error with its remedy.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportclf.errors import ModelError

FORMAT_VERSION = 1
_WORD = re.compile(r"[a-z]{3,}")
MANIFEST = "manifest.json"
NUMBERS = "model.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """A multinomial linear model over fact, cross and word features.

    Attributes
    ----------
    classes : tuple of str
        Labels, ``other`` ones with their sub-reason (``other:neoplastic``).
    weights : mapping
        Feature name to one weight a class.
    intercept : tuple of float
        One a class.
    temperature : float
        Divides the scores before the softmax (calibration).
    prior_shift : tuple of float
        Added to the scores: log of deployment prior over training prior.
    threshold : float
        Smallest probability at which the model decides.
    local : bool
        Whether it was trained on a hospital's own reports: it reads the words of the whole report
        and decides before the rules that only say that nothing supports a class.
    manifest : mapping
        The manifest as read.
    """

    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    intercept: tuple[float, ...]
    temperature: float
    prior_shift: tuple[float, ...]
    threshold: float
    local: bool
    manifest: Mapping[str, Any]

    def scores(
        self, known: frozenset[str], sentences: Iterable[str], around: Iterable[str] = ()
    ) -> dict[str, float]:
        """Return the calibrated probability of each class for one lesion."""
        totals = list(self.intercept)
        for name in features(known, sentences, around):
            row = self.weights.get(name)
            if row is not None:
                for place, weight in enumerate(row):
                    totals[place] += weight
        shifted = [
            total / self.temperature + shift
            for total, shift in zip(totals, self.prior_shift, strict=True)
        ]
        top = max(shifted)
        powers = [math.exp(value - top) for value in shifted]
        whole = sum(powers)
        return {name: power / whole for name, power in zip(self.classes, powers, strict=True)}


_CROSS_WITH = (
    "patient:mineral-cue", "patient:connective-tissue-disease", "patient:renal-strong", "patient:parathyroid",
    "patient:cancer", "near:local-damage", "bundle-2", "bundle-3",
)  # fmt: skip
_HIDDEN = (
    "named-",
    "report-names-",
    "history-names-",
    "weak-",
    "strong-",
    "versus",
    "section-",
    "text-",
    "superseded",
    "report:",
    "lesion:",
)
MASKED = frozenset(
    {
        "dystrophic", "metastatic", "tumoral", "tumoural", "tumorous", "metabolic", "uraemic", "uremic", "calcinosis", "degenerative",
    }
)  # fmt: skip


def features(
    known: frozenset[str], sentences: Iterable[str], around: Iterable[str] = ()
) -> list[str]:
    """Return the names of a lesion's features: facts, crosses with risks, words of its sentences
    and of those around it.

    What names a class never becomes a feature: a model that reads the name learns nothing else.
    """
    plain = [name for name in sorted(known) if not name.startswith(_HIDDEN)]
    local = [name for name in plain if ":" not in name]
    found = [f"f:{name}" for name in plain]
    for risk in _CROSS_WITH:
        if risk in known:
            found.extend(f"x:{risk}*{name}" for name in local)
    found.extend(f"w:{word}" for word in _vocabulary(sentences))
    found.extend(f"r:{word}" for word in _vocabulary(around))
    return found


def _vocabulary(sentences: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    for sentence in sentences:
        seen.update(_WORD.findall(sentence))
    return sorted(seen - MASKED)


# -- files -------------------------------------------------------------------------------------


def load_model(folder: Path, lexicon_digest: str | None = None) -> Model:
    """Load a model from its folder.

    Parameters
    ----------
    folder : Path
        Holds ``model.npz`` and ``manifest.json``.
    lexicon_digest : str, optional
        Digest of the lexicon in use; a model trained with another one is refused.

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If a file is missing or damaged, or the model belongs to other software or lexicon.
    """
    manifest = _manifest(folder)
    numbers = _numbers(folder, manifest)
    if manifest.get("format") != FORMAT_VERSION:
        raise ModelError(
            f"model {folder} has format {manifest.get('format')!r}, this version reads {FORMAT_VERSION}; "
            "train it again with `reportclf train`"
        )
    if lexicon_digest is not None and manifest.get("lexicon") != lexicon_digest:
        raise ModelError(
            f"model {folder} was trained with another lexicon; train it again with `reportclf train` "
            "or restore the lexicon it belongs to"
        )
    return _built(folder, manifest, numbers)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except OSError:
        raise ModelError(
            f"model manifest {path} cannot be read; name a model folder or reinstall reportclf"
        ) from None
    except ValueError:
        raise ModelError(
            f"model manifest {path} is damaged; restore the file or train again"
        ) from None
    if not isinstance(manifest, dict):
        raise ModelError(f"model manifest {path} is damaged; restore the file or train again")
    return manifest


def _numbers(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    path = folder / NUMBERS
    try:
        raw = path.read_bytes()
    except OSError:
        raise ModelError(
            f"model numbers {path} cannot be read; name a model folder or reinstall reportclf"
        ) from None
    if hashlib.sha256(raw).hexdigest() != manifest.get("sha256"):
        raise ModelError(
            f"model numbers {path} do not match their manifest (damaged or exchanged file); "
            "restore both files or train again"
        )
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile):
        raise ModelError(f"model numbers {path} are no archive of numbers; train again") from None


def _built(folder: Path, manifest: Mapping[str, Any], numbers: Mapping[str, Any]) -> Model:
    try:
        names: list[str] = manifest["features"]
        coefficients: list[list[float]] = numbers["weights"].tolist()
        if len(names) != len(coefficients):
            raise ValueError
        return Model(
            classes=tuple(manifest["classes"]),
            weights={name: tuple(row) for name, row in zip(names, coefficients, strict=True)},
            intercept=tuple(numbers["intercept"].tolist()),
            temperature=float(manifest["temperature"]),
            prior_shift=tuple(manifest["prior_shift"]),
            threshold=float(manifest["threshold"]),
            local=bool(manifest.get("local", False)),
            manifest=manifest,
        )
    except (KeyError, TypeError, ValueError):
        raise ModelError(
            f"model {folder} does not hold what its manifest promises; train it again"
        ) from None
