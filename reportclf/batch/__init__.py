"""Many reports: chunks, workers, dead letters, resume. The one door is :func:`tag_files`."""

from reportclf.batch.options import BatchOptions
from reportclf.batch.run import tag_files
from reportclf.batch.tally import Summary, Tally

__all__ = ["BatchOptions", "Summary", "Tally", "tag_files"]
