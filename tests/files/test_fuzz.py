"""Damaged inputs of every kind: no crash, no hang, every input accounted for."""

import base64
import json
import random
import time

import pytest
from file_helpers import read
from test_hl7 import message, obx, order

from reportclf.errors import InputError
from reportclf.records import Report, RowError

ROUNDS = 700

HL7 = "".join(
    message(order(f"A{n}", status="F"), obx(r"No \T\ calc~line\.br\two"), obx("é", kind="FT"))
    for n in range(3)
)
B64 = base64.b64encode("Größe: 3 mm".encode()).decode()
RESOURCES = [
    {"resourceType": "DiagnosticReport", "id": f"d{n}", "status": "final", "conclusion": "old",
     "presentedForm": [{"contentType": "text/plain", "data": B64}]}
    for n in range(3)
]  # fmt: skip
BUNDLE = {"resourceType": "Bundle", "entry": [{"resource": one} for one in RESOURCES]}
TABLE = 'id,ward,text\r\n1,a,"FINDINGS: ""dense""\r\nnode, 3 mm"\r\n2,b,plain é\r\n3,c,"x"\r\n'
SEEDS = {
    "hl7": HL7,
    "fhir": json.dumps(BUNDLE),
    "csv": TABLE,
    "jsonl": '{"id":1,"text":"a \\u00e9"}\n{"id":2,"text":"b"}\n{"id":3,"text":"c"}\n',
    "rtf": r"{\rtf1\ansi{\fonttbl{\f0 A;}}\uc1 FINDINGS:\par 5\'b0 \u8805? 3{\v x}\bin2 abz}",
    "html": "<html><body><p>A &lt; 3<br>b<pre>c</pre><td x='1>'>d</body></html>",
}
SPLICES = [b'"', b"\\", b"\0", b"\r", b"\n", b"|", b",", b"{", b"[", b"]", b"}", b"\xff", b"\xc3",
           b"MSH|", b"\x1c", b"\xff\xfe", b"<", b">", b"&#", b"\\u", b"\\'", b"9" * 30]  # fmt: skip


def damage(data, chance):
    """Change, drop, double, insert or cut a few bytes."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1) if data else 0
        kind = chance.randrange(5)
        if kind == 0 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randint(1, 12)]
        elif kind == 2:
            data[at:at] = data[at : at + chance.randint(1, 40)]
        elif kind == 3:
            data[at:at] = chance.choice(SPLICES)
        elif chance.random() < 0.3:
            del data[at:]
    return bytes(data)


def attempt(data, **options):
    """The items, or the refusal of a table whose header is gone."""
    try:
        return read(data, **options)
    except InputError as problem:
        return [problem]


@pytest.mark.parametrize("form", SEEDS)
def test_damaged_inputs_are_accounted_for(form):
    chance = random.Random(form)
    started = time.process_time()
    for _ in range(ROUNDS):
        data = damage(SEEDS[form].encode(), chance)
        items = attempt(data, format=form)
        assert all(isinstance(item, Report | RowError | InputError) for item in items)
        assert items or form == "csv", data  # a table may have lost all but its header
    assert time.process_time() - started < 20


@pytest.mark.parametrize("form", SEEDS)
def test_damaged_inputs_of_unknown_format(form):
    chance = random.Random(form + "?")
    for _ in range(ROUNDS // 3):
        attempt(damage(SEEDS[form].encode(), chance))


@pytest.mark.parametrize("form", ["csv", "jsonl", "hl7", "fhir"])
def test_one_damaged_record_leaves_its_distant_neighbours_alone(form):
    """Damage within one record of a hundred costs few of the others, whatever it is."""
    chance = random.Random(form + "!")
    records = {
        "csv": [f'r{n},"text number {n}, ""quoted"""\n' for n in range(100)],
        "jsonl": [json.dumps({"id": f"r{n}", "text": f"text {n}"}) + "\n" for n in range(100)],
        "hl7": [message(order(f"r{n}"), obx(f"text {n}")) for n in range(100)],
        "fhir": [
            json.dumps({"resourceType": "DiagnosticReport", "id": f"r{n}", "conclusion": "x"})
            + "\n"
            for n in range(100)
        ],
    }[form]
    head = "id,text\n" if form == "csv" else ""
    for _ in range(40):
        broken = [record.encode() for record in records]
        broken[50] = damage(broken[50], chance)
        items = read(head.encode() + b"".join(broken), format=form)
        good = {item.report_id for item in items if isinstance(item, Report)}
        lost = {f"r{n}" for n in range(100)} - good
        assert len(lost) <= 3, (lost, broken[50])


MESSAGE = "MSH|^~\\&|A\rOBR|1||1\rOBX|1|TX|||"
HOSTILE = {
    "unclosed quotes": "id,text\n" + '1,"abc\n' * 30_000,
    "unclosed quote, doubled ones": 'id,text\n1,"abc\n' + '2,""x""\n' * 30_000,
    "half-escaped quotes": 'id,text\n1,"a \\"b\n' + '2,c\\"\n' * 30_000,
    "brackets": "[" * 200_000,
    "endless string": '["' + '\\"' * 200_000,
    "nested entries": "{" + '"entry":[' * 30_000,
    "continued segment": MESSAGE + "x\n" * 200_000,
    "orders": "MSH|^~\\&|A\r" + "".join(f"OBR|1||{n}\r" for n in range(30_000)),
    "corrections": MESSAGE + "\r" + "".join(f"OBX|{n}|TX|a||b||||||C\r" for n in range(30_000)),
    "escapes": MESSAGE + "\\X" * 100_000 + "\\Z" * 100_000,
    "groups": "{\\rtf1 " + "{" * 200_000,
    "torn double bytes": "{\\rtf1\\ansicpg932 " + "\\'8ax" * 30_000,
    "comments": "<!-- -->" * 30_000 + "<html>x",
    "quoted attributes": "<p>x</p>" + "<a b='>" * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_input_takes_more_than_linear_time(name):
    started = time.process_time()
    attempt(HOSTILE[name])
    assert time.process_time() - started < 5  # quadratic readers needed a minute
