"""What other learners would give on the same lesions, features and folds: shown, not shipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from reportclf.learning.fit import Settings, learnable, matrix, vocabulary
from reportclf.learning.lesions import SeenReport
from reportclf.learning.metrics import ratio
from reportclf.learning.validate import examples, folds

_DENSE = 25


def candidates(
    seen: Sequence[SeenReport], settings: Settings, seed: int
) -> dict[str, dict[str, float]]:
    """Return the held-out accuracy over open lesions of each kind of learner.

    Parameters
    ----------
    seen : sequence of SeenReport
        The training reports as read.
    settings : Settings
        Those of the shipped model.
    seed : int
        Seed of the fits.

    Returns
    -------
    dict
        Learner to ``n``, ``right`` and ``accuracy``; folds are author batches.
    """
    made = {
        "logistic regression": lambda: LogisticRegression(
            C=settings.c, max_iter=600, random_state=seed
        ),
        "linear SVM": lambda: LinearSVC(C=0.1, random_state=seed),
        "gradient boosting (frequent features)": lambda: HistGradientBoostingClassifier(
            max_iter=30, max_leaf_nodes=8, random_state=seed
        ),
    }
    return {
        name: _held_out(seen, settings, make, name.startswith("gradient"))
        for name, make in made.items()
    }


def _held_out(
    seen: Sequence[SeenReport], settings: Settings, make: Any, dense: bool
) -> dict[str, float]:
    deal = folds([report.group for report in seen])
    right = total = 0
    for fold in sorted(set(deal)):
        train = learnable(
            examples(
                [one for one, number in zip(seen, deal, strict=True) if number != fold],
                settings.lesions,
            )
        )
        test = [
            lesion
            for one, number in zip(seen, deal, strict=True)
            if number == fold
            for lesion in one.lesions
            if lesion.open and lesion.label is not None
        ]
        rows = [row for row, _ in train]
        place = {
            name: number for number, name in enumerate(vocabulary(rows, _DENSE if dense else 2))
        }
        data, asked = (
            matrix(part, place, settings.word_scale)
            for part in (rows, [one.features for one in test])
        )
        model = make().fit(
            data.toarray() if dense else data, np.array([label for _, label in train])
        )
        said = model.predict(asked.toarray() if dense else asked)
        right += sum(str(one) == other.label for one, other in zip(said, test, strict=True))
        total += len(test)
    return {"n": total, "right": right, "accuracy": ratio(right, total)}
