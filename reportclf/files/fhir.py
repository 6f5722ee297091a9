"""FHIR R4, R4B and R5: DiagnosticReport and DocumentReference as JSON, Bundle or NDJSON.

The paths to the text are the same in all three versions. Nothing is ever fetched: a report whose
text stands behind a URL is the row error ``remote_attachment``, and the remedy is to inline it
first (for example ``smart-fetch hydrate --tasks inline``). Resources of other types are passed
over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reportclf.files.attachment import attachment_content
from reportclf.files.decode import ByteSource, Ladder
from reportclf.files.html import html_to_text
from reportclf.files.item import Content, Item, Origin, Unreadable
from reportclf.files.jsonl import json_values

_TYPES = ("DiagnosticReport", "DocumentReference")
_PREFERRED = ("text/plain", "text/html", "application/xhtml+xml", "text/rtf", "application/rtf")
_VOID = {"entered-in-error": "cancelled", "cancelled": "cancelled", "superseded": "superseded"}

Json = dict[str, Any]


def read_fhir(stream: ByteSource, head: str, origin: Origin, ladder: Ladder) -> Iterator[Item]:
    """Yield one item for every report resource of a file.

    Parameters
    ----------
    stream : ByteSource
        The file in an encoding that extends ASCII, without byte order mark.
    head : str
        The file's first bytes as Latin-1, to tell NDJSON from a document.
    origin : Origin
    ladder : Ladder
        Encodings tried on each resource.

    Yields
    ------
    Report or RowError
        ``malformed_json``, ``malformed_resource``, ``remote_attachment``,
        ``unsupported_attachment``, ``malformed_attachment``, ``cancelled`` (also entered in
        error), ``superseded``, ``too_long``, ``no_report`` and the codes of
        :meth:`Origin.report`. Positions count lines of NDJSON, or entries of a Bundle.
    """
    found = False
    for position, value, encoding in json_values(stream, head, origin, ladder):
        if isinstance(value, Unreadable):
            found = True
            yield origin.fault(position, value.code)
            continue
        for resource in _resources(value):
            found = True
            yield _item(position, resource, encoding, origin)
    if not found:
        yield origin.fault(1, "no_report")


def _resources(value: Any) -> Iterator[Json | None]:
    """Yield the report resources of a line, an entry or a Bundle; None for what is no object."""
    if not isinstance(value, dict):
        yield None
    elif value.get("resourceType") == "Bundle":
        entries = value.get("entry") or []
        for entry in entries if isinstance(entries, list) else [None]:
            yield from _resources(entry)
    elif "resourceType" not in value and isinstance(value.get("resource"), dict):
        yield from _resources(value["resource"])
    elif value.get("resourceType") in _TYPES:
        yield value


def _item(position: int, resource: Json | None, encoding: str, origin: Origin) -> Item:
    if resource is None:
        return origin.fault(position, "malformed_resource")
    row_id = _identifier(resource)
    status = _string(resource.get("status"))
    if status in _VOID:
        return origin.fault(position, _VOID[status], row_id)
    try:
        text, path = _resource_text(resource)
    except Unreadable as problem:
        return origin.fault(position, problem.code, row_id)
    return origin.report(
        position,
        row_id,
        text,
        encoding=encoding,
        text_path=path,
        resource=resource["resourceType"],
        status=status,
        category=_category(resource),
    )


def _identifier(resource: Json) -> str | None:
    own = _string(resource.get("id"))
    business = [_string(item.get("value")) for item in _objects(resource.get("identifier"))]
    return own or next((value for value in business if value), None)


def _category(resource: Json) -> str:
    codings = [
        _string(coding.get("code"))
        for category in _objects(resource.get("category"))
        for coding in _objects(category.get("coding"))
    ]
    return "|".join(code for code in codings if code)


@dataclass(frozen=True, slots=True)
class _Attachment:
    path: str
    content_type: str
    data: str
    url: str

    @property
    def mime(self) -> str:
        return self.content_type.split(";")[0].strip().lower()


def _resource_text(resource: Json) -> tuple[str | Content, str]:
    """Return the text and its path: the best inline attachment, the conclusion, the narrative.

    A readable attachment that is not inline is an error even where there is a conclusion: a
    verdict on the summary alone would pass for a verdict on the report.
    """
    attachments = _attachments(resource)
    code = ""
    for attachment in sorted(attachments, key=_preference):
        if attachment.data:
            try:
                content = attachment_content(attachment.data, "base64", attachment.content_type)
                if content.text.strip():
                    return content, attachment.path
            except Unreadable as problem:
                code = code or problem.code
    remote = [item for item in attachments if item.url and not item.data]
    if any(not item.mime or item.mime in _PREFERRED for item in remote):
        raise Unreadable("remote_attachment")
    conclusion = _string(resource.get("conclusion"))
    if conclusion.strip():
        return conclusion, "conclusion"
    narrative = resource.get("text")
    div = _string(narrative.get("div")) if isinstance(narrative, dict) else ""
    text = html_to_text(div)
    if not text.strip() and (remote or code):
        raise Unreadable(code or "remote_attachment")
    return Content(text, "html"), "text.div"


def _attachments(resource: Json) -> list[_Attachment]:
    forms = [(f"presentedForm[{n}]", item) for n, item in _numbered(resource.get("presentedForm"))]
    contents = [
        (f"content[{n}].attachment", item.get("attachment"))
        for n, item in _numbered(resource.get("content"))
    ]
    return [
        _Attachment(path, *(_string(item.get(name)) for name in ("contentType", "data", "url")))
        for path, item in forms + contents
        if isinstance(item, dict)
    ]


def _preference(attachment: _Attachment) -> int:
    mime = attachment.mime
    return _PREFERRED.index(mime) if mime in _PREFERRED else len(_PREFERRED)


def _numbered(value: Any) -> list[tuple[int, Json]]:
    items = value if isinstance(value, list) else []
    return [(number, item) for number, item in enumerate(items) if isinstance(item, dict)]


def _objects(value: Any) -> list[Json]:
    """Return the objects of a list, or a lone object as a list of one."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
