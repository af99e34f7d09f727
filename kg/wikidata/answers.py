"""Answers of a service, kept on disk under the digest of what was asked, so that nothing is asked twice."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answers:
    """A folder of answers, each good for so many seconds; what is older is asked again."""

    folder: Path
    good_for: float = 7 * 24 * 3600.0  # a week: facts about seats change rarely, and a long run may take days

    def find(self, url: str, asked: Mapping[str, str]) -> Any | None:
        """The answer to this question, unless it is not there, has aged, or was cut off as it was written."""
        path = self._path(url, asked)
        try:
            if time.time() - path.stat().st_mtime < self.good_for:
                return json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return None

    def keep(self, url: str, asked: Mapping[str, str], answer: Any) -> None:
        """Write an answer in one step, so that a run that is killed leaves none by halves."""
        path = self._path(url, asked)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
        part.replace(path)

    def _path(self, url: str, asked: Mapping[str, str]) -> Path:
        question = json.dumps([url, sorted(asked.items())])
        name = hashlib.sha256(question.encode()).hexdigest()[:32]
        return self.folder / name[:2] / f"{name}.json"
