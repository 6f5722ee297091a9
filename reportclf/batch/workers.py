"""Chunks to worker processes and back in order, whatever becomes of a worker.

joblib's own executor (loky) is driven by hand: at most a few chunks are under way, so that a slow
output holds back the reading of the input and memory stays bounded.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportclf.batch.chunk import Chunk, Tagged, tag_chunk
from reportclf.batch.options import BatchOptions
from reportclf.batch.tally import Tally
from reportclf.files.item import Item
from reportclf.records import RowError

if TYPE_CHECKING:
    from reportclf.pipeline import Pipeline

_AHEAD = 2
_TRIES = 3


@dataclass(slots=True)
class _Task:
    chunk: Chunk
    future: Future[Tagged] = field(repr=False)
    tries: int = 1


def load_pipeline(options: BatchOptions) -> Pipeline:
    """Load the pipeline that a run asks for."""
    from reportclf.pipeline import Pipeline

    return Pipeline.load(
        None if options.model is None else Path(options.model),
        lexicon=None if options.lexicon is None else Path(options.lexicon),
        rules_only=options.rules_only,
        risk_terms=options.risk_terms,
    )


def tagged_chunks(
    source: Iterable[Chunk], pipeline: Pipeline, options: BatchOptions
) -> Generator[tuple[Chunk, Tagged], None, None]:
    """Yield every chunk with its outputs, in the order of the input.

    Parameters
    ----------
    source : iterable of Chunk
    pipeline : Pipeline
        Works itself if ``options.jobs`` is 1; otherwise each worker loads one like it.
    options : BatchOptions
    """
    if options.jobs == 1:
        for chunk in source:
            yield chunk, tag_chunk(chunk.items, pipeline, options)
        return
    with _Workers(pipeline, options) as workers:
        for chunk in source:
            workers.begin(chunk)
            if workers.is_full:
                yield workers.finish()
        while workers.is_busy:
            yield workers.finish()


class _Workers:
    """Worker processes and the chunks under way; a dead worker's chunks are begun again."""

    def __init__(self, pipeline: Pipeline, options: BatchOptions) -> None:
        self._pipeline = pipeline
        self._options = options
        self._tasks: deque[_Task] = deque()
        self._pool = _pool(options)

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, kill_workers=True)

    @property
    def is_full(self) -> bool:
        return len(self._tasks) >= self._options.jobs + _AHEAD

    @property
    def is_busy(self) -> bool:
        return bool(self._tasks)

    def begin(self, chunk: Chunk) -> None:
        self._tasks.append(_Task(chunk, self._submit(chunk.items)))

    def finish(self) -> tuple[Chunk, Tagged]:
        """Wait for the oldest chunk."""
        while True:
            task = self._tasks[0]
            try:
                done = task.future.result()
            except BrokenProcessPool:
                self._renew()
                if task.tries < _TRIES:
                    self._begin_again(task.tries + 1)
                    continue
                done = self._one_by_one(task.chunk)
                self._tasks.popleft()
                self._begin_again(tries=1)
                return task.chunk, done
            self._tasks.popleft()
            return task.chunk, done

    def _submit(self, items: Sequence[Item]) -> Future[Tagged]:
        try:
            with _ignoring_interrupts():
                future: Future[Tagged] = self._pool.submit(_tag, list(items))
        except BrokenProcessPool as problem:  # died between two chunks: met when it is waited for
            future = Future()
            future.set_exception(problem)
        return future

    def _renew(self) -> None:
        self._pool.shutdown(wait=True, kill_workers=True)
        self._pool = _pool(self._options)

    def _begin_again(self, tries: int) -> None:
        """Begin what was lost anew: which of the chunks was in the dead worker is not known."""
        for task in self._tasks:
            if not task.future.done() or task.future.exception() is not None:
                task.future = self._submit(task.chunk.items)
                task.tries = tries

    def _one_by_one(self, chunk: Chunk) -> Tagged:
        """Find the report that kills its worker and make it a dead letter."""
        done = [self._alone(item) for item in chunk.items]
        tally = Tally()
        for one in done:
            tally.update(one.tally)
        results, details, letters = (
            b"".join(column) for column in zip(*(one.parts for one in done), strict=True)
        )
        return Tagged((results, details, letters), tally)

    def _alone(self, item: Item) -> Tagged:
        try:
            return self._submit([item]).result()
        except BrokenProcessPool:
            self._renew()
            return tag_chunk([_killer(item)], self._pipeline, self._options)


def _killer(item: Item) -> RowError:
    if isinstance(item, RowError):
        return item
    meta = item.meta
    return RowError(item.report_id, meta["source"], meta["position"], "tag", "worker_died")


def _pool(options: BatchOptions) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(options.jobs, timeout=60, initializer=_load, initargs=(options,))


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Let workers that start now inherit deafness to Ctrl-C: stopping them is ours to do."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# -- inside a worker ---------------------------------------------------------------------------

_work: tuple[Pipeline, BatchOptions] | None = None


def _load(options: BatchOptions) -> None:
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = load_pipeline(options), options


def _tag(items: list[Item]) -> Tagged:
    assert _work is not None
    return tag_chunk(items, *_work)
