"""Results as files in a folder that the user named."""

from collections.abc import Mapping
from pathlib import Path

from corpus.errors import InvalidInput
from corpus.why import why

__all__ = ["write_files"]


def write_files(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write each text under its name into `folder`, which is made; returns their paths. Raises InvalidInput."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"写不了 {folder}：{why(error)}") from error
    return [folder / file for file in texts]
