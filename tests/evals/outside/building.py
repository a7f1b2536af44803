"""Small collections and files that tests of outside retrieval are made of."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.outside.collection import Collection
from evals.outside.lines import Article

DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """`number`, below 100, in Chinese."""
    tens, ones = divmod(number, 10)
    return (
        (DIGITS[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (DIGITS[ones] if ones or not tens else "")
    )


def article(law: str, label: str, text: str = "应当遵守。", chapter: str = "") -> Article:
    return Article(id=f"{law}/{label}", law=law, article=label, chapter=chapter, text=text)


def collection(laws: Mapping[str, Sequence[str]]) -> Collection:
    """A collection of law → labels of its articles, in that order."""
    return Collection.of([article(law, label) for law, labels in laws.items() for label in labels])


def many(count: int) -> list[dict[str, Any]]:
    """So many lines of a corpus, each with words of its own."""
    return [
        {
            "id": f"a{n}",
            "law": f"办法{n // 90}",
            "article": f"第{numeral(n % 90 + 1)}条",
            "chapter": "",
            "text": f"编号{n}支持{chr(0x4E00 + 97 * n)}产业的单位应当备案。",
        }
        for n in range(count)
    ]


def written(path: Path, lines: Sequence[Mapping[str, Any]]) -> Path:
    """`path`, with these lines in it."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
