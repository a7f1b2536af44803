"""The folder of a user's own documents: `documents.yaml` in the form of the corpus, and the texts in `sources/`."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import yaml

from corpus.catalog import Corpus, read_corpus
from corpus.entries import Catalogue, DocumentEntry, read_catalogue
from corpus.errors import SourceError, UnknownDocument
from corpus.files import held, write_at_once
from corpus.own.proposal import Proposal
from corpus.why import why

__all__ = ["Shelf"]

_HEAD = "# 用 zhengce index add 和 zhengce index remove 加入、移除；改过以后运行 zhengce index build。写法见 docs/documents.md。\n"


class Shelf:
    """The documents in one folder, which need not exist. Changes are made under `changing`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "documents.yaml"

    @property
    def stamp(self) -> tuple[int, int]:
        """Changes whenever the catalogue does."""
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_size

    def corpus(self) -> Corpus | None:
        """The documents, parsed; None where there are none. Raises CatalogueError or SourceError."""
        return read_corpus(self.folder) if self.catalogue().documents else None

    def catalogue(self) -> Catalogue:
        """What is catalogued; raises CatalogueError where the file is wrong."""
        return read_catalogue(self._path) if self._path.exists() else Catalogue(sources=(), documents=())

    def entry(self, key: str) -> DocumentEntry:
        """The document of this key; raises UnknownDocument."""
        entries = {entry.key: entry for entry in self.catalogue().documents}
        if key not in entries:
            known = f"可以移除的：{'、'.join(entries)}" if entries else "还没有加入过文件"
            raise UnknownDocument(f"自己加入的文件里没有键为“{key}”的。{known}")
        return entries[key]

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the folder; what is written is taken back if the block fails. Raises IndexBusy or SourceError."""
        with held(self.folder, "另一个进程正在加入或移除文件，请等它结束后再试。", SourceError):
            before, done = self._path.read_bytes() if self._path.exists() else None, False
            try:
                yield
                done = True
            finally:
                if not done:
                    self._restore(before)
            self._sweep()

    def put(self, proposals: Sequence[Proposal]) -> None:
        """Catalogue documents and keep their texts; raises SourceError where that cannot be written."""
        known = self.catalogue()
        sources = {source.file: source for source in known.sources}
        try:
            (self.folder / "sources").mkdir(exist_ok=True)
            if not (mended := self.folder / "corrections.yaml").exists():
                write_at_once(mended, "[]\n")
            for proposal in proposals:
                source = proposal.source.model_copy(update={"added": date.today()})
                if source.file not in sources:
                    write_at_once(self.folder / "sources" / source.file, proposal.text)
                sources[source.file] = source
            entries = (*known.documents, *(proposal.entry for proposal in proposals))
            self._save(Catalogue(sources=tuple(sources.values()), documents=entries))
        except OSError as error:
            raise SourceError(f"写不进 {self.folder}（{why(error)}）。请检查权限和磁盘空间") from error

    def drop(self, key: str) -> None:
        """Take a document out of the catalogue; raises UnknownDocument."""
        known, gone = self.catalogue(), self.entry(key)
        entries = tuple(entry for entry in known.documents if entry != gone)
        used = {entry.source for entry in entries}
        self._save(Catalogue(sources=tuple(s for s in known.sources if s.file in used), documents=entries))

    def written_for(self, key: str) -> list[Path]:
        """The files of rules and expected questions that the user wrote for a document."""
        rules = (path for path in sorted((self.folder / "rules").glob("*.yaml")))
        meant = re.compile(rf"^document:\s*[\"']?{re.escape(key)}[\"']?\s*(?:#|$)", re.M)
        questions = self.folder / "expected" / f"{key}.yaml"
        found = [path for path in rules if meant.search(path.read_text(encoding="utf-8", errors="replace"))]
        return [*found, questions] if questions.exists() else found

    def _save(self, catalogue: Catalogue) -> None:
        data = catalogue.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        write_at_once(
            self._path, _HEAD + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
        )

    def _restore(self, before: bytes | None) -> None:
        if before is None:
            self._path.unlink(missing_ok=True)
        elif self._path.read_bytes() != before:
            write_at_once(self._path, before.decode())

    def _sweep(self) -> None:
        """Remove the texts that no document stands in any more."""
        used = {source.file for source in self.catalogue().sources}
        for path in (self.folder / "sources").glob("*.txt"):
            if path.name not in used:
                path.unlink(missing_ok=True)
