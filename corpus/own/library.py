"""All documents together: those that this package carries and those that the user added."""

from functools import lru_cache
from pathlib import Path

from corpus.catalog import Corpus, joined, load_corpus
from corpus.errors import CatalogueError, SourceError
from corpus.expected import ExpectedQuestion, read_expected
from corpus.lexicon import Lexicon, load_lexicon
from corpus.own.likely import likely_questions
from corpus.own.shelf import Shelf
from corpus.rules import RuleBook, load_rules, read_rules

__all__ = ["added_keys", "lexicon_for", "read_library", "read_library_expected", "read_library_rules"]


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
    """The expected questions of this package, those in `expected/` of the user's folder, and those made from the words
    of added documents; raises CatalogueError."""
    written = read_expected(corpus, folder / "expected")
    made = (
        question for key in sorted(added_keys(corpus)) for question in likely_questions(corpus.document(key))
    )
    return (*read_expected(corpus), *written, *made)


def added_keys(corpus: Corpus) -> frozenset[str]:
    """The keys of the documents that do not come with this package."""
    return frozenset(corpus.entries) - load_corpus().entries.keys()


def lexicon_for(corpus: Corpus) -> Lexicon:
    """The lexicon, for the documents of this package and those that were added."""
    added = [corpus.document(key) for key in sorted(added_keys(corpus))]
    if not added:
        return load_lexicon()
    named = "\n".join("".join((document.title, *document.issuers, document.doc_no)) for document in added)
    return load_lexicon().holding(
        named, "\n".join(unit.text for document in added for unit in document.units)
    )


def read_library_rules(corpus: Corpus, folder: Path, cache: Path | None = None) -> RuleBook:
    """The rules of this package, and those in `rules/` of the user's folder; raises RuleError."""
    book = read_rules(cache)
    own = folder / "rules"
    if not any(own.glob("*.yaml")):
        return book
    added = load_rules(own, corpus)
    return RuleBook((*book.files, *added.files), {**book.places, **added.places})
