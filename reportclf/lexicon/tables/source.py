"""Where the tables come from: TOML files of one folder, and a list of what is wrong with them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reportclf.errors import LexiconError
from reportclf.lexicon.tables.families import is_closed
from reportclf.records import SubReason, Tag


class Source:
    """Reads tables and collects problems, so that one error can list them all."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise LexiconError(f"lexicon folder {folder} does not exist; name another folder")
        self._folder = folder
        self._problems: list[str] = []
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 over the names and bytes of the files read so far."""
        return self._digest.hexdigest()

    def names(self, pattern: str) -> list[str]:
        """Return the files that a pattern names, relative to the folder, in order."""
        return sorted(
            path.relative_to(self._folder).as_posix() for path in self._folder.glob(pattern)
        )

    def read(self, name: str) -> dict[str, Any]:
        """Return a table; an unreadable one is a problem, and empty."""
        path = self._folder / name
        try:
            raw = path.read_bytes()
            self._digest.update(name.encode() + b"\0" + raw)
            return tomllib.loads(raw.decode("utf-8"))
        except OSError:
            self.say(name, "-", "cannot be read; restore the file")
        except UnicodeDecodeError:
            self.say(name, "-", "is not UTF-8; save it as UTF-8")
        except tomllib.TOMLDecodeError as error:
            self.say(name, "-", f"is not valid TOML: {error}")
        return {}

    def say(self, file: str, entry: str, problem: str) -> None:
        """Note a problem."""
        self._problems.append(f"{file}: {entry}: {problem}")

    def stop_if_broken(self) -> None:
        """Raise :class:`LexiconError` with all problems noted so far, if there are any."""
        if self._problems:
            listed = "\n  ".join(self._problems)
            count = len(self._problems)
            raise LexiconError(
                f"lexicon in {self._folder} has {count} problem{'s' * (count > 1)}; mend them:\n  {listed}"
            )

    # -- checks of one entry -------------------------------------------------------------------

    def check_keys(
        self,
        file: str,
        name: str,
        entry: Mapping[str, Any],
        known: Iterable[str],
        required: Iterable[str],
    ) -> None:
        """Check that an entry has no unknown key and all the required ones."""
        for key in sorted(set(entry) - set(known)):
            self.say(file, name, f"unknown key {key!r}")
        for key in required:
            if not entry.get(key):
                self.say(file, name, f"key {key!r} is missing or empty")

    def check_phrases(self, file: str, name: str, key: str, phrases: Any) -> None:
        """Check that a value is a list of trimmed strings."""
        if not self.check_strings(file, name, key, phrases):
            return
        for phrase in phrases:
            if not phrase.strip():
                self.say(file, name, f"{key} holds an empty phrase")
            elif phrase != " ".join(phrase.split()):
                self.say(file, name, f"{key}: {phrase!r} has blanks to trim")
            elif not is_closed(phrase):
                self.say(file, name, f"{key}: {phrase!r} has a bracket without its other half")

    def check_strings(self, file: str, name: str, key: str, words: Any) -> bool:
        """Check that a value is a list of strings."""
        if isinstance(words, str) or not all(isinstance(word, str) for word in words):
            self.say(file, name, f"{key} must be a list of strings")
            return False
        return True

    def check_choice(
        self, file: str, name: str, key: str, entry: Mapping[str, Any], allowed: tuple[str, ...]
    ) -> None:
        """Check that a key, where it stands, has one of the allowed values."""
        if key in entry and entry[key] not in allowed:
            self.say(file, name, f"{key} must be one of {', '.join(allowed)}")

    def check_outcome(self, file: str, name: str, outcome: str) -> None:
        """Check a tag, with its sub-reason behind a colon."""
        label, _, sub = outcome.partition(":")
        if label not in tuple(Tag):
            self.say(file, name, f"unknown outcome {outcome!r}")
        elif (sub and sub not in tuple(SubReason)) or (label == "other" and not sub):
            self.say(file, name, f"outcome {outcome!r} needs a known sub-reason")
