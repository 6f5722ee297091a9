import base64
import json

import pytest
from file_helpers import codes, one, read, texts


def b64(text, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return base64.b64encode(data).decode()


def diagnostic(number="d1", **more):
    return {"resourceType": "DiagnosticReport", "id": number, "status": "final", **more}


def form(content_type, text, **more):
    return {"contentType": content_type, "data": b64(text), **more}


def bundle(*resources):
    entries = [{"fullUrl": "urn:1", "resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def fhir(*resources, indent=None):
    return "\n".join(json.dumps(resource, indent=indent) for resource in resources)


def test_best_attachment_wins_whatever_its_place():
    forms = [
        form("application/rtf", r"{\rtf1 rtf}"),
        form("text/html; charset=utf-8", "<p>html</p>"),
        form("text/plain; charset=UTF-8", "plain größer"),
    ]
    item = one(read(fhir(diagnostic(presentedForm=forms, conclusion="short"))))
    assert item.text == "plain größer"
    assert item.meta["text_path"] == "presentedForm[2]"
    assert (item.meta["status"], item.meta["resource"]) == ("final", "DiagnosticReport")
    assert one(read(fhir(diagnostic(presentedForm=forms[:2])))).text == "html"
    assert one(read(fhir(diagnostic(presentedForm=forms[:1])))).text == "rtf"


def test_conclusion_then_narrative():
    narrative = {"div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p><p>b</p></div>'}
    item = one(read(fhir(diagnostic(conclusion="c", text=narrative))))
    assert (item.text, item.meta["text_path"]) == ("c", "conclusion")
    item = one(read(fhir(diagnostic(text=narrative))))
    assert (item.text, item.meta["text_path"]) == ("a\nb", "text.div")
    assert codes(read(fhir(diagnostic()))) == [(1, "empty_text")]


def test_document_reference_and_charset():
    attachment = {"contentType": "text/plain;charset=windows-1252", "data": b64("Größe", "cp1252")}
    resource = {
        "resourceType": "DocumentReference",
        "identifier": [{"value": "doc-7"}],
        "status": "current",
        "content": [{"format": {}}, {"attachment": attachment}],
    }
    item = one(read(fhir(resource)))
    assert (item.report_id, item.text) == ("doc-7", "Größe")
    assert item.meta["text_path"] == "content[1].attachment"
    assert item.meta["encoding"] == "cp1252"


def test_remote_text_is_an_error_and_never_fetched():
    remote = {"contentType": "text/plain", "url": "https://hospital.example/Binary/1"}
    assert codes(read(fhir(diagnostic(presentedForm=[remote])))) == [(1, "remote_attachment")]
    short = diagnostic(presentedForm=[remote], conclusion="summary only")
    assert codes(read(fhir(short))) == [(1, "remote_attachment")]
    inline = diagnostic(presentedForm=[remote, form("text/plain", "whole")])
    assert one(read(fhir(inline))).text == "whole"


def test_pdf_gives_way_to_the_conclusion():
    pdf = form("application/pdf", b"%PDF-1.4")
    assert one(read(fhir(diagnostic(presentedForm=[pdf], conclusion="c")))).text == "c"
    assert codes(read(fhir(diagnostic(presentedForm=[pdf])))) == [(1, "unsupported_attachment")]
    far = {"contentType": "application/pdf", "url": "https://x"}
    assert codes(read(fhir(diagnostic(presentedForm=[far])))) == [(1, "remote_attachment")]


def test_broken_attachment_gives_way_to_the_next():
    broken = {"contentType": "text/plain", "data": "%%%"}
    assert codes(read(fhir(diagnostic(presentedForm=[broken])))) == [(1, "malformed_attachment")]
    both = diagnostic(presentedForm=[broken, form("text/html", "<p>b</p>")])
    assert one(read(fhir(both))).text == "b"


@pytest.mark.parametrize("indent", [None, 2])
def test_bundles_in_any_layout(indent):
    reports = [diagnostic(f"d{n}", conclusion=f"c{n}") for n in range(3)]
    resources = [reports[0], {"resourceType": "Patient", "id": "p"}, *reports[1:]]
    expected = {"d0": "c0", "d1": "c1", "d2": "c2"}
    data = bundle(*resources)
    reordered = dict(reversed(data.items()))
    assert texts(read(fhir(data, indent=indent))) == expected
    assert texts(read(fhir(reordered, indent=indent))) == expected
    assert texts(read(fhir(*resources, indent=indent))) == expected
    assert texts(read(fhir(bundle(reports[0]), bundle(*reports[1:])))) == expected


def test_broken_entries_cost_themselves():
    text = fhir(bundle(diagnostic("a", conclusion="x"), diagnostic("b", conclusion="y")))
    items = read(text.replace('"id": "b"', '"id" "b"'))
    assert texts(items) == {"a": "x"}
    assert [code for _, code in codes(items)] == ["malformed_json"]
    lines = fhir(diagnostic("a", conclusion="x")) + '\n{"resourceType": "Diagn\n[1]\n'
    assert [code for _, code in codes(read(lines))] == ["malformed_json", "malformed_resource"]


def test_withdrawn_reports_are_set_aside():
    wrong = diagnostic("a", conclusion="x") | {"status": "entered-in-error"}
    old = {"resourceType": "DocumentReference", "id": "o", "status": "superseded"}
    assert [code for _, code in codes(read(fhir(wrong, old)))] == ["cancelled", "superseded"]


def test_odd_shapes_never_crash():
    odd = [
        diagnostic(presentedForm="x", conclusion=4, text=[1], category=7, identifier={"value": 3}),
        diagnostic("b", presentedForm=[None, 3, {"data": 5}], text={"div": 3}),
        {"resourceType": "DocumentReference", "id": 5, "content": {"attachment": 1}},
        {"resourceType": "Bundle", "entry": {"resource": 3}},
        {"resourceType": "Bundle", "entry": [3, {"resource": [1]}, {}]},
    ]
    items = read(fhir(*odd))
    assert len(items) >= 5
    assert not texts(items)


def test_file_without_reports_is_reported():
    assert codes(read(fhir({"resourceType": "Patient", "id": "p"}))) == [(1, "no_report")]


def test_metadata_take_no_text_in():
    resource = diagnostic(conclusion="x") | {"status": "No calcification.\nHeart normal."}
    assert "status" not in one(read(fhir(resource))).meta
    item = one(read('{"id":1,"text\\ud800":"a"}\n'))
    item.meta["text_path"].encode()


def test_category_is_kept_for_filtering():
    category = [{"coding": [{"code": "LP29684-5"}, {"code": "RAD"}]}]
    item = one(read(fhir(diagnostic(conclusion="x", category=category))))
    assert item.meta["category"] == "LP29684-5|RAD"


@pytest.mark.parametrize("module", ["", ".R4B"])
def test_what_the_reference_library_accepts_is_read(module):
    library = pytest.importorskip(f"fhir.resources{module}.diagnosticreport")
    resource = diagnostic(
        code={"text": "CT"}, presentedForm=[form("text/plain", "Old granuloma.")], conclusion="x"
    )
    oracle = library.DiagnosticReport.model_validate(resource)
    assert one(read(oracle.model_dump_json())).text == "Old granuloma."
