"""Rules that were checked once are kept, so that a process that only answers need not check them again."""

import hashlib
import json
import os
from pathlib import Path

from pydantic import ValidationError

from corpus.rulebook.files import identified
from corpus.rulebook.model import RuleFile
from corpus.rulebook.quotes import Texts
from corpus.rulebook.yaml_file import read_yaml

__all__ = ["CheckedRules"]

# Raised with any change to what a rule file may say.
_FORMAT = "1"


class CheckedRules:
    """The checked content of the rule files in `folder`, kept in `cache` under a digest of rules and texts."""

    def __init__(self, cache: Path, folder: Path) -> None:
        self._folder = folder
        self._path = cache / f"rules-{self._digest()}.json"

    def read(self) -> tuple[RuleFile, ...] | None:
        """The kept rules; None where these rules and texts were not checked yet or the file is damaged."""
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
            return tuple(RuleFile.model_validate(file) for file in data)
        except (OSError, json.JSONDecodeError, ValidationError):
            return None

    def write(self, texts: Texts) -> None:
        """Keep the rules, which the caller has checked against `texts`; a folder that cannot be written is no fault."""
        data = [identified(read_yaml(path).data, texts) for path in sorted(self._folder.glob("*.yaml"))]
        part = self._path.with_suffix(f".{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
            part.replace(self._path)
            for old in self._path.parent.glob("rules-*.json"):
                if old != self._path:
                    old.unlink(missing_ok=True)
        except OSError:
            part.unlink(missing_ok=True)

    def _digest(self) -> str:
        digest = hashlib.sha256(_FORMAT.encode())
        corpus = self._folder.parent
        for path in (
            *sorted(self._folder.glob("*.yaml")),
            corpus / "documents.yaml",
            corpus / "corrections.yaml",
        ):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]
