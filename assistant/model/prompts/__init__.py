"""Instructions to the model: Markdown files, read once."""

from functools import cache
from pathlib import Path

__all__ = ["prompt"]


@cache
def prompt(name: str) -> str:
    """The instructions of this name."""
    return (Path(__file__).parent / f"{name}.md").read_text("utf-8").strip()
