"""No error, repr or log of this package may hold report text."""

import base64
import gzip
import json
import logging
import traceback

import pytest
from file_helpers import CANARY, read
from test_hl7 import message, obx, order

from reportclf.errors import ReportclfError
from reportclf.records import Report

B64 = base64.b64encode(CANARY.encode() * 3).decode()
DIAGNOSTIC = {"resourceType": "DiagnosticReport", "id": "d", "status": "final"}

BROKEN = {
    "text": f"{CANARY} fine",
    "encoding": (CANARY + " é").encode("cp1252"),
    "binary": b"%PDF " + CANARY.encode(),
    "csv": f'id,text\n1,{CANARY},x\n2,"{CANARY}" {CANARY}\n3,"{CANARY}\n',
    "csv id": f"id,text\n{CANARY} {'long ' * 60},x\n",
    "csv header": f"1,{CANARY}\n2,{CANARY}\n",
    "csv duplicate": f"id,text\n1,{CANARY}\n1,{CANARY}\n",
    "jsonl": f'{{"id":1,"text":"{CANARY}}}\n{{"id":2,"txt":"{CANARY}"}}\n',
    "jsonl list": f'{{"id":2,"text":["{CANARY}"]}}\n{{"id":3,"text":"{CANARY}"}}',
    "json": f'[{{"id":1,,"text":"{CANARY}"}},"{CANARY}",{{"text":"{CANARY}',
    "hl7": message(obx(CANARY)) + message(order(), obx(rf"{CANARY}\Zxx\ \Q\ ")),
    "hl7 ed": message(order(), obx(f"^TEXT^RTF^Base64^{CANARY}!", kind="ED")),
    "hl7 old": message(order(), obx(CANARY)) * 2,
    "fhir": json.dumps(DIAGNOSTIC | {"presentedForm": [{"data": f"{CANARY}%"}]}),
    "fhir text": json.dumps(DIAGNOSTIC | {"presentedForm": [{"data": B64}]}),
    "fhir json": f'{{"resourceType": "DiagnosticReport", "conclusion": "{CANARY}" "}}',
    "xml": f"<?xml version='1.0'?><x>{CANARY}</x>",
    "rtf": f"{{\\rtf1 {CANARY} \\u99999999? }}",
    "gzip": gzip.compress(f"id,text\n1,{CANARY}\n".encode() * 40)[:-12],
    "zip": b"PK\x03\x04" + CANARY.encode(),
}
OPTIONS = [{}, {"encoding": "utf-8"}, {"max_chars": 5}, {"format": "csv"}, {"format": "jsonl"},
           {"format": "hl7"}, {"format": "fhir"}, {"format": "parquet"}, {"format": "rtf"},
           {"text_column": "nope"}]  # fmt: skip


def everything_shown(data, options):
    """The repr of every item and its metadata, or the refusal with its traceback."""
    try:
        items = read(data, **options)
    except ReportclfError as problem:
        frames = traceback.TracebackException.from_exception(problem, capture_locals=False)
        return [str(problem), *frames.format()]
    metas = [dict(item.meta) for item in items if isinstance(item, Report)]
    return [repr(items), str(items), repr(metas)]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", BROKEN)
def test_nothing_shown_holds_the_canary(name, options, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    shown = everything_shown(BROKEN[name], options)
    captured = capfd.readouterr()
    shown += [caplog.text, captured.out, captured.err]
    assert not [text for text in shown if CANARY in text]
