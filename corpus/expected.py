"""Questions that users are expected to ask of a unit, indexed beside it so that everyday words meet the text's.

The method is document expansion (doc2query, Nogueira et al. 2019), with questions written by people and kept as data.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from corpus.catalog import Corpus
from corpus.errors import CatalogueError

__all__ = ["ExpectedQuestion", "read_expected"]

_FOLDER = Path(__file__).parent / "expected"


@dataclass(frozen=True, slots=True)
class ExpectedQuestion:
    """A question and the unit that answers it."""

    doc: str
    unit: str
    text: str


def read_expected(corpus: Corpus, folder: Path = _FOLDER) -> tuple[ExpectedQuestion, ...]:
    """The questions of every file `<document key>.yaml` in `folder`, a mapping from unit label to questions.

    Raises CatalogueError for a file or a label that the corpus does not have, or an entry that is no text.
    """
    found: list[ExpectedQuestion] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in corpus.entries:
            raise CatalogueError(f"{path.name}：语料里没有键为“{path.stem}”的文件")
        labels = {unit.label for unit in corpus.document(path.stem).units}
        for label, questions in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            if label not in labels:
                raise CatalogueError(f"{path.name}：{path.stem} 没有“{label}”这一条目")
            if not isinstance(questions, list) or not all(isinstance(text, str) for text in questions):
                raise CatalogueError(f"{path.name}：“{label}”下面应是一列文字")
            found += [ExpectedQuestion(path.stem, label, text) for text in questions]
    return tuple(found)
