"""Write a model folder so that the same numbers always give the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from reportclf.deciding.model import FORMAT_VERSION, MANIFEST, NUMBERS
from reportclf.errors import OutputError
from reportclf.learning.fit import Linear

_DATE = (2020, 1, 1, 0, 0, 0)


def npz_bytes(arrays: Mapping[str, Any]) -> bytes:
    """Return an uncompressed ``.npz`` of the arrays, with a fixed date and order."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            part = io.BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _DATE), part.getvalue())
    return whole.getvalue()


def save_model(folder: Path, model: Linear, manifest: Mapping[str, Any]) -> None:
    """Write ``model.npz`` and ``manifest.json``.

    Parameters
    ----------
    folder : Path
        Made if missing.
    model : Linear
        The numbers; stored as 32-bit floats.
    manifest : mapping
        Everything else; format, hash, features and classes are added here.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    numbers = npz_bytes(
        {
            "weights": model.weights.astype("<f4"),
            "intercept": model.intercept.astype("<f8"),
        }
    )
    whole = {
        "format": FORMAT_VERSION,
        "sha256": hashlib.sha256(numbers).hexdigest(),
        **manifest,
        "classes": list(model.classes),
        "features": list(model.names),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NUMBERS).write_bytes(numbers)
        (folder / MANIFEST).write_text(
            json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
    except OSError:
        raise OutputError(f"the model folder {folder} cannot be written") from None
