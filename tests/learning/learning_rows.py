from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def row(name: str = "b01-001", **changes: Any) -> dict[str, Any]:
    text = "Calcified granuloma in the left lung. No pleural calcification. Dialysis."
    base = {
        "id": name, "text": text, "tag": "dystrophic", "tags": ["dystrophic"], "sub_reason": None,
        "modality": "CT", "region": "chest", "style": "terse", "age": "adult", "batch": name[:3], "rows": [],
        "findings": [
            {"id": "1", "label": "dystrophic", "sub_reason": None, "priority": "background", "site": "lung"},
            {"id": "2", "label": "none", "sub_reason": "negated", "priority": None, "site": "pleura"},
        ],
        "mentions": [
            {"start": 0, "end": 19, "text": "Calcified granuloma", "status": "present", "level": None, "finding": "1"},
            {"start": 41, "end": 62, "text": "pleural calcification", "status": "absent", "level": None, "finding": "2"},
        ],
        "risk_terms": [
            {"start": 64, "end": 72, "text": "Dialysis", "status": "present", "level": None, "row": "renal failure"}
        ],
    }  # fmt: skip
    return base | changes


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return path
