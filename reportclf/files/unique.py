"""A set of identifiers that is small enough to keep for millions of rows."""

from __future__ import annotations

from hashlib import blake2b

_START_SLOTS = 1 << 21
_FULL = 0.7


def id_hash(text: str) -> int:
    """Return eight bytes of BLAKE2b as a number that is not zero; the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") or 1


class IdSet:
    """Remembers identifiers by eight-byte hashes in one flat table.

    A Python set of a million such numbers takes 100 MB, this table 16 MB, of which the system
    maps only the pages in use; so memory does not climb during a run. Two different identifiers
    among a million fall together with a chance of 3e-8.
    """

    def __init__(self, slots: int = _START_SLOTS) -> None:
        """Make an empty set of at first ``slots`` slots, a power of two."""
        self._table = memoryview(bytearray(8 * slots)).cast("Q")
        self._mask = slots - 1
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, text: str) -> bool:
        """Add an identifier; returns whether it was new."""
        return self.add_hash(id_hash(text))

    def add_hash(self, key: int) -> bool:
        """Add an identifier by its :func:`id_hash`; returns whether it was new."""
        if self._count > _FULL * self._mask:
            self._grow()
        slot = self._slot(key)
        if self._table[slot] == key:
            return False
        self._table[slot] = key
        self._count += 1
        return True

    def _slot(self, key: int) -> int:
        table, mask = self._table, self._mask
        slot = key & mask
        while table[slot] not in (0, key):
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        old = self._table
        self._mask = 2 * self._mask + 1
        self._table = memoryview(bytearray(8 * (self._mask + 1))).cast("Q")
        for key in old:
            if key:
                self._table[self._slot(key)] = key
