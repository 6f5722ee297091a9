"""Who tags the chunks: this process, or worker processes, whatever becomes of one of them.

joblib's own executor (loky) is driven by hand: at most a few chunks are under way, so that a slow
output holds back the reading of the input and memory stays bounded. With workers, this process
never loads a pipeline, nor spaCy: it reads and writes.
"""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from reportclf.batch.chunk import Chunk, Tagged, tag_chunk
from reportclf.batch.options import BatchOptions
from reportclf.batch.tally import Tally
from reportclf.files.item import Item
from reportclf.records import RowError

if TYPE_CHECKING:
    from reportclf.pipeline import Pipeline

TaggedChunks = Generator[tuple[Chunk, Tagged], None, None]

_AHEAD = 2
_TRIES = 3
_LOOK_UP = 1.0


def load_pipeline(options: BatchOptions) -> Pipeline:
    """Load the pipeline that a run asks for."""
    from reportclf.pipeline import Pipeline

    return Pipeline.load(
        None if options.model is None else Path(options.model),
        lexicon=None if options.lexicon is None else Path(options.lexicon),
        rules_only=options.rules_only,
        risk_terms=options.risk_terms,
    )


@contextmanager
def tagger(options: BatchOptions) -> Iterator[Here | Workers]:
    """Make ready whoever is to tag, and send them home at the end.

    Raises
    ------
    ModelError, LexiconError
        At once, in this process or handed on from a worker.
    """
    if options.jobs == 1:
        yield Here(options)
        return
    workers = Workers(options)
    try:
        yield workers
    finally:
        workers.stop()


class Here:
    """Tags in the running process itself."""

    def __init__(self, options: BatchOptions) -> None:
        self._options = options
        self._pipeline = load_pipeline(options)
        self.versions: Mapping[str, str] = self._pipeline.versions

    def tagged(self, source: Iterable[Chunk]) -> TaggedChunks:
        """Yield every chunk with its outputs, in the order of the input."""
        for chunk in source:
            yield chunk, tag_chunk(chunk.items, self._pipeline, self._options)


@dataclass(slots=True)
class _Task:
    chunk: Chunk
    future: Future[Tagged] = field(repr=False)
    tries: int = 1


class Workers:
    """Worker processes and the chunks under way; a dead worker's chunks are begun again."""

    def __init__(self, options: BatchOptions) -> None:
        self._options = options
        self._tasks: deque[_Task] = deque()
        self._pool = _pool(options.jobs)
        with _deaf_to_interrupts():  # workers that start now stay so: stopping them is ours to do
            first = self._pool.submit(_versions, options)
        try:
            self.versions: Mapping[str, str] = first.result()
        except BaseException:
            self.stop()
            raise

    def tagged(self, source: Iterable[Chunk]) -> TaggedChunks:
        """Yield every chunk with its outputs, in the order of the input."""
        for chunk in source:
            self._tasks.append(_Task(chunk, self._submit(chunk.items)))
            if len(self._tasks) >= self._options.jobs + _AHEAD:
                yield self._oldest()
        while self._tasks:
            yield self._oldest()

    def stop(self) -> None:
        """End all worker processes at once.

        Loky's own ``kill_workers`` trips over chunks that were handed in a moment ago.
        """
        for process in list(self._pool._processes.values()):
            process.terminate()
        self._pool.shutdown(wait=True)

    def _oldest(self) -> tuple[Chunk, Tagged]:
        """Wait for the oldest chunk under way."""
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
            with _deaf_to_interrupts():
                future: Future[Tagged] = self._pool.submit(_tag, list(items), self._options)
        except BrokenProcessPool as problem:  # died between two chunks: met when it is waited for
            future = Future()
            future.set_exception(problem)
        return future

    def _renew(self) -> None:
        self.stop()
        self._pool = _pool(self._options.jobs)

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
            return self._submit([_killer(item)]).result()


def _killer(item: Item) -> RowError:
    if isinstance(item, RowError):
        return item
    meta = item.meta
    return RowError(item.report_id, meta["source"], meta["position"], "tag", "worker_died")


def _pool(jobs: int) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(jobs, timeout=60, initializer=_settle)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
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

_pipeline: Pipeline | None = None


def _settle() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def _follow(parent: int) -> None:
    """End with the process that began us: killed outright, it cannot send us home itself."""
    while os.getppid() == parent:
        time.sleep(_LOOK_UP)
    os._exit(1)


def _loaded(options: BatchOptions) -> Pipeline:
    global _pipeline
    if _pipeline is None:
        _pipeline = load_pipeline(options)
    return _pipeline


def _versions(options: BatchOptions) -> dict[str, str]:
    return _loaded(options).versions


def _tag(items: list[Item], options: BatchOptions) -> Tagged:
    return tag_chunk(items, _loaded(options), options)
