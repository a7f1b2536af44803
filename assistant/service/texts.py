"""Words of users: what they may hold, and how answers are cut into pieces for streams."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BeforeValidator

__all__ = ["SAID", "clean", "compact", "pieces"]

_UNTYPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PIECE = re.compile(r"[^。；\n]*[。；\n][。；\s*]*|[^。；\n]+")


def clean(text: str) -> str:
    """`text` without control characters and halves of characters, which no store would take and nobody typed."""
    return _UNTYPED.sub("", text)


def pieces(text: str) -> Iterator[str]:
    """`text` in sentences and lines, which joined give it again."""
    for match in _PIECE.finditer(text):
        yield match.group()


def compact(data: Any) -> str:
    """JSON on one line, Chinese as it is."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _said(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cleaned = clean(value)
    if not cleaned.strip():
        raise ValueError("不能为空")
    return cleaned


SAID = BeforeValidator(_said)
"""For text of a user: control characters are dropped, and something must be left."""
