"""Reading bytes as if they were a file, and short views of what came out."""

import io

from reportclf.files.read import read_reports
from reportclf.records import Report

CANARY = "QUETZALCANARY"


def read(data, **options):
    """All items of one input given as bytes or text."""
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_reports(["-"], stdin=io.BytesIO(raw), **options))


def texts(items):
    """The texts of the reports, by identifier."""
    return {item.report_id: item.text for item in items if isinstance(item, Report)}


def codes(items):
    """The codes of the row errors, by position."""
    return [(item.position, item.code) for item in items if not isinstance(item, Report)]


def one(items):
    """The only item."""
    (item,) = items
    return item
