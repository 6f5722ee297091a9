"""The prior of the place where reports are tagged, and the shift that it makes in the scores."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportclf.errors import InputError
from reportclf.records import Tag


@dataclass(frozen=True, slots=True)
class Prior:
    """A named prior: share of each tag (empty: as in training) and how much of it to believe."""

    name: str
    strength: float
    shares: Mapping[str, float]


def load_prior(choice: str) -> Prior:
    """Return a prior by its name in ``prior.toml``, or written out as ``dystrophic=0.8,...``.

    Raises
    ------
    InputError
        If the name is unknown or the shares are not one positive number for each tag.
    """
    if "=" in choice:
        return Prior("own", 1.0, _written(choice))
    tables = tomllib.loads((Path(__file__).parent / "prior.toml").read_text(encoding="utf-8"))
    if choice not in tables:
        raise InputError(
            f"no prior named {choice!r}; choose {', '.join(tables)} or write tag=share,..."
        )
    table = tables[choice]
    strength = float(table.pop("strength"))
    return Prior(choice, strength, {name: float(share) for name, share in table.items()})


def _written(choice: str) -> dict[str, float]:
    try:
        shares = {
            name.strip().lower(): float(share)
            for name, share in (item.split("=") for item in choice.split(","))
        }
    except ValueError:
        raise InputError("a prior is written tag=share,tag=share,...") from None
    if set(shares) != {tag.value for tag in Tag} or min(shares.values()) <= 0:
        raise InputError("a prior needs one positive share for each of " + ", ".join(Tag))
    return shares


def prior_shift(
    prior: Prior, classes: Sequence[str], sizes: Mapping[str, float]
) -> tuple[float, ...]:
    """Return what to add to each class's score.

    Parameters
    ----------
    prior : Prior
        The deployment prior.
    classes : sequence of str
        Model classes; those of one tag share its prior as they share the training data.
    sizes : mapping
        Weighted number of training lesions of each class.

    Returns
    -------
    tuple of float
        ``strength * log(deployment share / training share)``, centred on zero.
    """
    if not prior.shares or prior.strength == 0:
        return (0.0,) * len(classes)
    whole = sum(sizes[name] for name in classes)
    by_tag: dict[str, float] = {}
    for name in classes:
        tag = name.partition(":")[0]
        by_tag[tag] = by_tag.get(tag, 0.0) + sizes[name] / whole
    total = sum(prior.shares[tag] for tag in by_tag)
    shifts = [
        prior.strength * math.log(prior.shares[tag] / total / by_tag[tag])
        for tag in (name.partition(":")[0] for name in classes)
    ]
    middle = sum(shifts) / len(shifts)
    return tuple(round(shift - middle, 4) + 0.0 for shift in shifts)
