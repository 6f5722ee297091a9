"""What the tests share: one pipeline, a few authored reports, and the command line in-process."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

REPORTS = (
    "CT CHEST\nFindings: A calcified granuloma in the right upper lobe. No pleural calcification.",
    "XR SHOULDER\nClinical: haemodialysis for ten years.\nLarge lobulated calcified mass around "
    "the left shoulder joint.\nImpression: likely uraemic tumoral calcinosis.",
    "US THYROID. Two nodules, the larger with coarse calcifications. No lymphadenopathy.",
    "Chest radiograph: the lungs are clear. Heart size is normal.",
    "CT abdomen without contrast. No renal or ureteric calculus. Calcified uterine fibroid.",
    "MAMMOGRAPHY both sides: benign vascular calcifications. BI-RADS 2.",
    "BONE SCAN: diffuse uptake in both lungs in keeping with metastatic calcification in a "
    "patient with hyperparathyroidism; calcium 3.1 mmol/L.",
    "MR knee: medial meniscal tear, small effusion.",
    "CT head. Physiological calcification of the pineal gland and the choroid plexus.",
    "Aortic and coronary artery calcification. Otherwise unremarkable.",
    "RADIOGRAPHIE DU THORAX: pas de calcification, les poumons sont clairs et le coeur est normal.",
)


@pytest.fixture(scope="session")
def pipeline():
    """The shipped pipeline; without its model while there is none."""
    from reportclf.pipeline import Pipeline

    shipped = Path(__file__).parent.parent / "models" / "default" / "manifest.json"
    return Pipeline.load(rules_only=not shipped.is_file())


@pytest.fixture(scope="session")
def rules_pipeline():
    """The pipeline without its model."""
    from reportclf.pipeline import Pipeline

    return Pipeline.load(rules_only=True)


@pytest.fixture
def loaded(monkeypatch, rules_pipeline):
    """Runs in this process use a pipeline that is loaded already: the tests take seconds."""
    monkeypatch.setattr("reportclf.batch.workers.load_pipeline", lambda options: rules_pipeline)
    return rules_pipeline


@pytest.fixture
def run_cli():
    """Run the command line in this process; returns its result (exit code, output, stderr)."""
    from reportclf.cli import cli

    def run(*arguments, **more):
        return CliRunner().invoke(
            cli, [str(one) for one in arguments], prog_name="reportclf", **more
        )

    return run


@pytest.fixture
def write_csv(tmp_path):
    """Write a table of varied reports."""

    def write(rows, name="reports.csv"):
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text"])
            for number in range(rows):
                text = REPORTS[number * 7 % len(REPORTS)]
                writer.writerow([f"r{number}", f"{text} Ref {number}."])
        return path

    return write
