"""A model that is damaged, foreign or hostile is refused with one clear error."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from reportclf.deciding.model import features, load_model
from reportclf.errors import ModelError
from reportclf.lexicon import load_lexicon
from reportclf.pipeline import Pipeline

SHIPPED = Path(__file__).parents[2] / "models" / "default"
DIGEST = "d" * 64


def write_model(folder: Path, **changes: object) -> Path:
    """Write a tiny sound model: two classes, two features."""
    folder.mkdir(exist_ok=True)
    buffer = io.BytesIO()
    np.savez(buffer, weights=np.array([[2.0, -2.0], [-1.0, 1.0]]), intercept=np.zeros(2))
    (folder / "model.npz").write_bytes(buffer.getvalue())
    manifest = {
        "format": 1,
        "sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
        "lexicon": DIGEST,
        "classes": ["dystrophic", "metastatic"],
        "features": ["f:lung", "w:fluffy"],
        "temperature": 1.0,
        "prior_shift": [0.0, 0.0],
        "threshold": 0.5,
        **changes,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_a_sound_model_loads_and_scores(tmp_path: Path) -> None:
    model = load_model(write_model(tmp_path / "m"), DIGEST)
    scores = model.scores(frozenset({"lung"}), ["fluffy nodules"])
    assert sum(scores.values()) == pytest.approx(1)
    assert scores["dystrophic"] == pytest.approx(1 / (1 + np.exp(-2)))


def test_one_flipped_byte_is_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    whole = (folder / "model.npz").read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 25)):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        (folder / "model.npz").write_bytes(bytes(flipped))
        with pytest.raises(ModelError, match="do not match their manifest"):
            load_model(folder, DIGEST)


@pytest.mark.parametrize("name", ["manifest.json", "model.npz"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        load_model(folder, DIGEST)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        Pipeline.load(tmp_path / "nowhere")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe\x00", b"null"])
def test_a_damaged_manifest_is_told(raw: bytes, tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    (folder / "manifest.json").write_bytes(raw)
    with pytest.raises(ModelError, match="damaged"):
        load_model(folder, DIGEST)


def test_a_foreign_lexicon_is_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    with pytest.raises(ModelError, match="another lexicon"):
        load_model(folder, "e" * 64)
    with pytest.raises(ModelError, match="another lexicon"):
        Pipeline.load(folder)


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="format 2"):
        load_model(write_model(tmp_path / "m", format=2), DIGEST)


@pytest.mark.parametrize(
    "changes",
    [
        {"features": ["f:lung"]},
        {"features": None},
        {"classes": None},
        {"threshold": "high"},
        {"temperature": None},
    ],
    ids=str,
)
def test_a_manifest_that_does_not_fit_is_refused(changes: dict, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not hold what its manifest promises"):
        load_model(write_model(tmp_path / "m", **changes), DIGEST)


class Bomb:
    """Unpickling this leaves a file behind."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple:
        return (Path.touch, (self.target,))


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    """Neither a bare pickle nor an object array inside the archive runs code."""
    target = tmp_path / "ran"
    folder = write_model(tmp_path / "m")
    archive = io.BytesIO()
    np.savez(archive, weights=np.array([Bomb(target)], dtype=object), intercept=np.zeros(2))
    for raw in (pickle.dumps(Bomb(target)), archive.getvalue()):
        (folder / "model.npz").write_bytes(raw)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["sha256"] = hashlib.sha256(raw).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        with pytest.raises((ModelError, ValueError)):
            load_model(folder, DIGEST)
        assert not target.exists()


@pytest.mark.parametrize("raw", [b"no archive", b""])
def test_numbers_that_are_no_archive_are_one_clear_error(raw: bytes, tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m", sha256=hashlib.sha256(raw).hexdigest())
    (folder / "model.npz").write_bytes(raw)
    with pytest.raises(ModelError):
        load_model(folder, DIGEST)


@pytest.mark.skipif(not (SHIPPED / "manifest.json").is_file(), reason="no model is trained yet")
def test_the_shipped_model_is_whole_and_belongs_to_the_shipped_lexicon(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "m"))
    model = load_model(folder, load_lexicon().digest)
    assert set(model.manifest) >= {"format", "sha256", "lexicon"}
    assert len(model.prior_shift) == len(model.intercept) == len(model.classes)


def test_names_of_a_class_never_reach_the_model() -> None:
    known = frozenset({"named-tumoral", "weak-metastatic-name", "strong-dystrophic-name", "versus"})
    words = ["dystrophic metastatic tumoral tumoural uraemic calcinosis degenerative lung"]
    assert features(known, words) == ["w:lung"]
