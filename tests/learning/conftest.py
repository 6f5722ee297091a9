from __future__ import annotations

import pytest

from reportclf.learning.systems import with_model
from reportclf.pipeline import Pipeline


@pytest.fixture(scope="session")
def rules() -> Pipeline:
    return with_model(None)
