"""Adding documents: read and recognise, then keep and index; removing them again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.bootstrap import build_search_index, read_corpus
from assistant.documents.gathering import gather
from assistant.settings import Settings
from corpus.errors import FileRefused, InvalidInput, UserError
from corpus.loaders.read import LARGEST, read_file
from corpus.own.corrections import Corrected
from corpus.own.proposal import Proposal, propose, text_hash
from corpus.own.shelf import Shelf
from corpus.why import why
from indexer.build import BuildResult, Progress

__all__ = ["ANY", "Examined", "add", "add_file", "examine", "remove"]

ANY = "*"
"""Stands for the name of any file."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in the files: documents to add, and for every file that is refused the reason in Chinese."""

    proposals: tuple[Proposal, ...]
    refused: tuple[tuple[str, str], ...]

    @property
    def new(self) -> tuple[Proposal, ...]:
        """The documents whose words are not there yet."""
        return tuple(proposal for proposal in self.proposals if not proposal.same_as)


def examine(
    settings: Settings, paths: Sequence[Path], given: Mapping[str, Corrected], progress: Progress
) -> Examined:
    """Read the files and recognise their documents; changes nothing.

    `given` are the user's fields by the name of the file, `ANY` those of any. Raises InvalidInput for a path that is not
    there; a file that cannot be read does not stop the others.
    """
    gathered = gather(paths)
    there = read_corpus(settings)
    refused = list(gathered.left_out)
    proposals: list[Proposal] = []
    seen: dict[str, str] = {}
    progress.start(len(gathered.files), "读文件")
    for name, path in gathered.files:
        try:
            fields = given.get(name) or given.get(path.name) or given.get(ANY) or Corrected()
            keys = [proposal.entry.key for proposal in proposals if not proposal.same_as]
            found = propose(name, read_file(name, _content(path)), there, fields, keys)
            proposals += [_once(proposal, seen) for proposal in found]
        except UserError as error:
            refused.append((name, str(error)))
        progress.advance(1)
    progress.finish()
    return Examined(tuple(proposals), tuple(refused))


def add(
    settings: Settings, proposals: Sequence[Proposal], progress: Progress, report: Callable[[str], None]
) -> BuildResult:
    """Keep the documents and bring the index up to date; where that fails nothing was kept.

    Raises IndexBusy while another process adds or builds, SourceError or IndexBroken where nothing can be written.
    """
    shelf = Shelf(settings.own_documents)
    with shelf.changing():
        shelf.put(proposals)
        return build_search_index(settings, progress, report)


def add_file(settings: Settings, path: Path, progress: Progress, report: Callable[[str], None]) -> str:
    """Add the documents of one file as they were recognised; what was done, in a line.

    Raises FileRefused with the reason for a file that cannot be read, and what `add` raises.
    """
    found = examine(settings, [path], {}, progress)
    if found.refused:
        raise FileRefused(found.refused[0][1])
    if not found.new:
        return f"{path.name} 的内容已经有了，没有改动。"
    add(settings, found.new, progress, report)
    return f"已加入 {path.name}（{'、'.join(proposal.entry.key for proposal in found.new)}）。"


def remove(
    settings: Settings, keys: Sequence[str], progress: Progress, report: Callable[[str], None]
) -> BuildResult:
    """Take documents away and bring the index up to date.

    Raises InvalidInput while rules or questions that the user wrote for one stand there, and what `add` raises.
    """
    shelf = Shelf(settings.own_documents)
    written = [path for key in keys for path in shelf.written_for(key)]
    if written:
        raise InvalidInput(f"还有为它写的规则或提问：{'、'.join(map(str, written))}。请先移走这些文件")
    with shelf.changing():
        for key in keys:
            shelf.drop(key)
        return build_search_index(settings, progress, report)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise FileRefused(f"读不了（{why(error)}）。") from error


def _once(proposal: Proposal, seen: dict[str, str]) -> Proposal:
    """Marked where the same words came in an earlier file of this call."""
    words = text_hash(proposal.document)
    if proposal.same_as:
        return proposal
    if words in seen:
        return replace(proposal, same_as=seen[words])
    seen[words] = proposal.entry.key
    return proposal
