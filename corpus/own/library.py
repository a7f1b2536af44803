"""All documents together: those that this package carries and those that the user added."""

from functools import lru_cache
from pathlib import Path

from corpus.catalog import Corpus, joined, load_corpus
from corpus.errors import CatalogueError, SourceError
from corpus.expected import ExpectedQuestion, read_expected
from corpus.own.shelf import Shelf
from corpus.rules import RuleBook, load_rules, read_rules

__all__ = ["read_library", "read_library_expected", "read_library_rules"]


def read_library(folder: Path) -> Corpus:
    """The corpus of this package with the documents in `folder`, read again whenever that folder changes.

    Raises CatalogueError or SourceError, naming the folder.
    """
    return _read(folder, Shelf(folder).stamp)


@lru_cache(maxsize=2)
def _read(folder: Path, stamp: tuple[int, int]) -> Corpus:
    try:
        own = Shelf(folder).corpus()
        return load_corpus() if own is None else joined(load_corpus(), own)
    except CatalogueError as error:
        raise CatalogueError(f"自己加入的文件（{folder}）：{error}") from error
    except SourceError as error:
        raise SourceError(f"自己加入的文件（{folder}）：{error}") from error


def read_library_expected(corpus: Corpus, folder: Path) -> tuple[ExpectedQuestion, ...]:
    """The expected questions of this package, and those in `expected/` of the user's folder; raises CatalogueError."""
    return (*read_expected(corpus), *read_expected(corpus, folder / "expected"))


def read_library_rules(corpus: Corpus, folder: Path, cache: Path | None = None) -> RuleBook:
    """The rules of this package, and those in `rules/` of the user's folder; raises RuleError."""
    book = read_rules(cache)
    own = folder / "rules"
    if not any(own.glob("*.yaml")):
        return book
    added = load_rules(own, corpus)
    return RuleBook((*book.files, *added.files), {**book.places, **added.places})
