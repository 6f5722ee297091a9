"""The model card, generated from an evaluation; what was not measured this time keeps its figures."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reportclf.learning.markdown import (
    ablation_tables,
    bars_table,
    classes_table,
    slices_table,
    table,
)

FIGURES = "figures.json"
_KEPT = (
    "report",
    "slices",
    "sha256",
    "rare_false_alarms_per_1000",
    "mentions",
    "assertion",
    "risk_terms",
)


def merged(figures: Mapping[str, Any], folder: Path, today: str | None = None) -> dict[str, Any]:
    """Return the figures for the card: new ones dated today, absent sets as committed.

    Parameters
    ----------
    figures : mapping
        The evaluation.
    folder : Path
        Model folder; its ``figures.json`` holds the committed figures.
    today : str, optional
        ISO date to put on new figures.
    """
    path = folder / FIGURES
    old = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"sets": {}}
    date = today or datetime.date.today().isoformat()
    sets = dict(old["sets"])
    for name, one in figures["sets"].items():
        sets[name] = {"date": date, **{key: _lean(one[key]) for key in _KEPT if key in one}}
    return {
        "versions": figures["versions"],
        "bars": _bars(figures.get("bars", []), old.get("bars", [])),
        "sets": dict(sorted(sets.items())),
        "ablations": figures.get("ablations") or old.get("ablations"),
    }


def _lean(value: Any) -> Any:
    """Leave out lists of ids: the card holds figures only."""
    if isinstance(value, Mapping):
        return {
            key: _lean(one)
            for key, one in value.items()
            if key not in ("missed_in", "spurious_in", "risk_coverage")
        }
    return value


def _bars(new: list[dict[str, Any]], old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    before = {one["bar"]: one for one in old}
    return [before.get(one["bar"], one) if one["measured"] is None else one for one in new] or old


def write_card(figures: Mapping[str, Any], folder: Path, today: str | None = None) -> Path:
    """Write ``CARD.md`` and ``figures.json`` into the model folder; return the card's path."""
    kept = merged(figures, folder, today)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    # what the model has learnt from since measures nothing any more
    kept["sets"] = {name: one for name, one in kept["sets"].items() if name not in manifest["data"]}
    (folder / FIGURES).write_text(
        json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n"
    )
    card = folder / "CARD.md"
    card.write_text(_card(kept, manifest), encoding="utf-8", newline="\n")
    return card


def _card(kept: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    parts = [_INTENDED, _data(manifest), bars_table(kept["bars"]), "## Figures by set"]
    for name, one in kept["sets"].items():
        parts.append(
            f"### {name}: {one['report']['n']} texts\n\nMeasured {one['date']}, file SHA-256 `{one['sha256'][:16]}`. "
            f"Metastatic and tumoral false alarms per 1,000: {one['rare_false_alarms_per_1000']:g}.\n\n"
            + slices_table(one)
            + "\n\n"
            + classes_table(one["report"])
        )
    if kept.get("ablations"):
        parts.append("## What each part is worth\n\n" + ablation_tables(kept["ablations"]))
    parts.extend((_LIMITS, _REPRODUCE))
    return "\n\n".join(parts) + "\n"


def _data(manifest: Mapping[str, Any]) -> str:
    cross = manifest["cross_validation"]
    prior = manifest["prior"]
    shares = (
        ", ".join(f"{name} {share:g}" for name, share in prior["shares"].items())
        or "as in the corpus"
    )
    sources = [
        f"{name}: {one['reports']} reports (`{one['file']}`, SHA-256 `{one['sha256'][:16]}`)"
        for name, one in manifest["data"].items()
    ]
    return (
        "## Model and data\n\n"
        f"Multinomial logistic regression over {len(manifest['features'])} facts, crosses and words of one lesion, "
        f"{len(manifest['classes'])} classes; settings {json.dumps(manifest['settings'])}, seed {manifest['seed']}, temperature "
        f"{manifest['temperature']:g}, decides from probability {manifest['threshold']:g}; below it the rules do.\n\n"
        f"Trained on {'; '.join(sources)}. Lesions by class:\n\n"
        + table(("class", "lesions"), manifest["training_lesions"].items())
        + "\n\nCross-validation by author batch: report macro-F1 "
        f"{cross['macro_f1_with_model']:.3f} with the model, {cross['macro_f1_rules_only']:.3f} with it off; "
        f"{cross['open_lesions']} lesions reached the model, {cross['lesion_accuracy']:.3f} of them labelled right.\n\n"
        f"Deployment prior `{prior['name']}` (strength {prior['strength']:g}): {shares}. Another is set with "
        "`reportclf train --prior`."
    )


_INTENDED = """# Model card: reportclf default model

Research use; not a medical device.

**Intended use.** Given a lesion that an English radiology report affirms, and whose class is neither named, nor out of
scope, nor settled by a conflict row of the guideline: say whether it is dystrophic, metastatic, tumoral, indeterminate or
other. For triage of archives, cohort finding and research, with a person reading what matters. Not for decisions on a
patient, not for other languages, not for stones or bone."""

_LIMITS = """## Limits

* The corpus was written by language-model writers from the guideline. It holds no patient and no clinic's habits; figures on
  its test split say how well the guideline was learnt, not how a hospital's archive will fare.
* Labels are the guideline's; no clinician has confirmed them. The guideline itself decides split questions by convention.
* Rare classes are enriched in every set here except the prevalence set. At 1 % prevalence most alarms of a 95 % specific
  tagger are false.
* Real texts among the sets are figure captions and case narratives, not everyday reports.
* The model reads what the reading found: a mention that is missed, or a denial misread, cannot be repaired."""

_REPRODUCE = """## Reproduce

`make train` writes the same `model.npz` and `manifest.json` to the byte; `make evaluate` measures everything that is at hand
and rewrites this card. A set that is not at hand keeps its figures, with the date and hash of the file."""
