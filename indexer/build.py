"""Building the index: a new version beside the old one, checked, then made current in one step.

Only passages without a known vector are embedded; vectors come from the serving version and from what
interrupted builds left. Whatever goes wrong on the way, the last good version goes on serving.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus import folding
from corpus.catalog import Corpus
from corpus.errors import IndexBroken, IndexFault, SourceError
from corpus.expected import ExpectedQuestion
from corpus.model import Document
from indexer import chunks as chunking
from indexer import lexical, store
from indexer.chunks import Chunk, chunk_document
from indexer.embeddings import Embedder
from indexer.lexical import LexicalIndex
from indexer.store import ChunkStore, Vectors
from indexer.vector_place import EMBEDDED, VectorPlace
from indexer.vectors import ChromaIndex
from indexer.versions import Manifest, VersionFolder, Versions

__all__ = ["BuildResult", "Progress", "build_index"]

_PORTION = 64
_SAMPLES = 40
# Near-duplicates and the approximate graph may cost a sample its place; damage costs most of them theirs.
_PASS_RATE = 0.9
_SAME = 0.999
_RETRY = "原有索引不受影响，请重新运行 zhengce index build"


class Progress(Protocol):
    """What a build reports to, e.g. a progress bar. Stages follow one another."""

    def start(self, total: int, label: str) -> None:
        """A stage of `total` steps begins."""

    def advance(self, steps: int) -> None:
        """So many steps more are done."""

    def finish(self) -> None:
        """The stage is over."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did: `changed` is False where the serving version was already right."""

    changed: bool
    version: str
    documents: int
    units: int
    chunks: int
    embedded: int
    reused: int


def build_index(
    home: Path,
    corpus: Corpus,
    model: str,
    load_embedder: Callable[[], Embedder],
    progress: Progress,
    expected: Sequence[ExpectedQuestion] = (),
    *,
    fine: bool = True,
    place: VectorPlace = EMBEDDED,
) -> BuildResult:
    """Bring the index under `home` up to date with the corpus and the embedding model named `model`.

    `expected` are the questions to be indexed beside the units; without `fine` units are cut wide only.
    `place` is where Chroma keeps the vectors.
    `load_embedder` is called only if something has to be built. Raises IndexBusy if another process is
    building, IndexBroken if the new version does not pass its checks, SourceError for an empty corpus.
    """
    if not any(document.units for document in corpus.documents):
        raise SourceError("语料里没有任何条款，无法建索引。请用 zhengce index add 添加文件")
    versions = Versions(home)
    fingerprint = _fingerprint(corpus, model, expected, fine=fine)
    with versions.building():
        serving = _sound(versions, place)
        if serving and serving[1].fingerprint == fingerprint:
            _prune(versions, _kept(versions, serving[0]), place)
            return _result(serving[1], changed=False, embedded=0)
        embedder = load_embedder()
        try:
            target = versions.begin(fingerprint)
            chunks = _chunks(corpus, embedder, progress, fine=fine)
            manifest, embedded = _build(
                target, versions, chunks, expected, fingerprint, embedder, progress, place
            )
            target.finish(manifest)
            versions.switch(target)
        except OSError as error:
            raise IndexBroken(f"写索引时出错（{error}）。请检查磁盘空间和权限。{_RETRY}") from error
        _prune(versions, [target, serving[0]] if serving else [target], place)
        return _result(manifest, changed=True, embedded=embedded)


def _sound(versions: Versions, place: VectorPlace) -> tuple[VersionFolder, Manifest] | None:
    """The serving version, if all of its files are as they were built."""
    try:
        folder = versions.serving()
        manifest = folder.manifest()
        if manifest:
            folder.check_own(manifest)
            place.check(folder, manifest)
            return folder, manifest
    except IndexFault:
        pass
    return None


def _kept(versions: Versions, serving: VersionFolder) -> list[VersionFolder]:
    """The serving version and the newest finished one before it."""
    older = [version for version in versions.all() if version.name < serving.name and version.finished]
    return [serving, *older[:1]]


def _prune(versions: Versions, keep: list[VersionFolder], place: VectorPlace) -> None:
    """Remove all versions but these, their vectors first."""
    place.drop(version for version in versions.all() if version not in keep)
    versions.prune(keep)


def _build(
    target: VersionFolder,
    versions: Versions,
    chunks: list[Chunk],
    expected: Sequence[ExpectedQuestion],
    fingerprint: str,
    embedder: Embedder,
    progress: Progress,
    place: VectorPlace,
) -> tuple[Manifest, int]:
    """Fill a new version; returns its manifest and how many passages had to be embedded."""
    with ChunkStore.create(target.store) as record:
        record.add_chunks(chunks)
        record.add_questions(expected)
        _adopt(record, target, versions, embedder.name)
        embedded = _embed_passages(record, embedder, progress)
        _embed_questions(record, embedder, progress)
        record.seal(embedder.name)
        vectors = record.matrix(embedder.name)
    LexicalIndex.build([chunk.passage for chunk in chunks]).save(target.lexical)
    _fill_chroma(target, chunks, vectors, embedder.name, progress, place)
    manifest = Manifest(
        version=target.name,
        fingerprint=fingerprint,
        model=embedder.name,
        dimension=vectors.shape[1],
        documents=len({chunk.doc for chunk in chunks}),
        units=len({(chunk.doc, chunk.unit) for chunk in chunks}),
        chunks=len(chunks),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=target.checksums(),
    )
    return manifest, embedded


def _chunks(corpus: Corpus, embedder: Embedder, progress: Progress, *, fine: bool) -> list[Chunk]:
    progress.start(len(corpus.documents), "切分条款")
    chunks: list[Chunk] = []
    for document in corpus.documents:
        chunks += chunk_document(document, corpus, embedder.count_tokens, first=len(chunks), fine=fine)
        progress.advance(1)
    progress.finish()
    return chunks


def _adopt(record: ChunkStore, target: VersionFolder, versions: Versions, model: str) -> None:
    """Take known vectors from sound finished versions and from unfinished ones."""
    for other in versions.all():
        if other.name == target.name or not other.store.exists():
            continue
        try:
            manifest = other.manifest()
            if manifest:
                other.check_own(manifest)
            record.adopt(other.store, model)
        except IndexBroken:
            continue


def _embed_passages(record: ChunkStore, embedder: Embedder, progress: Progress) -> int:
    """Embed the chunks that have no vector yet, in portions of like length; returns how many."""
    missing = sorted(record.missing(embedder.name).items(), key=lambda item: len(item[1]))

    def embed(texts: list[str]) -> Vectors:
        return embedder.embed_passages(texts, progress.advance)

    return _embed(record, embedder.name, missing, embed, "计算向量", progress)


def _embed_questions(record: ChunkStore, embedder: Embedder, progress: Progress) -> None:
    """Embed the expected questions that have no vector yet, as questions."""
    missing = list(record.missing_questions(embedder.name).items())

    def embed(texts: list[str]) -> Vectors:
        vectors = embedder.embed_queries(texts)
        progress.advance(len(texts))
        return vectors

    _embed(record, embedder.name, missing, embed, "预期提问的向量", progress)


def _embed(
    record: ChunkStore,
    model: str,
    missing: Sequence[tuple[str, str]],
    embed: Callable[[list[str]], Vectors],
    label: str,
    progress: Progress,
) -> int:
    """Write the vectors of the digests and texts `missing`, each portion committed; returns how many."""
    if not missing:
        return 0
    progress.start(len(missing), label)
    for start in range(0, len(missing), _PORTION):
        part = missing[start : start + _PORTION]
        record.add_vectors(model, [digest for digest, _ in part], embed([text for _, text in part]))
    progress.finish()
    return len(missing)


def _fill_chroma(
    target: VersionFolder,
    chunks: list[Chunk],
    vectors: Vectors,
    model: str,
    progress: Progress,
    place: VectorPlace,
) -> None:
    """Write the vectors into Chroma, and check the whole version while Chroma is open."""
    nearest = place.create(target, len(chunks))
    try:
        progress.start(len(chunks), "写入向量索引")
        nearest.add(chunks, vectors, progress.advance)
        progress.finish()
        _verify(target, chunks, vectors, model, nearest)
    finally:
        nearest.close()


def _verify(
    target: VersionFolder, chunks: list[Chunk], vectors: Vectors, model: str, nearest: ChromaIndex
) -> None:
    """Raise IndexBroken unless all parts hold all chunks and sampled chunks find themselves."""
    with ChunkStore.open(target.store) as record:
        stored = record.chunks() == tuple(chunks) and np.array_equal(record.matrix(model), vectors)
    if not stored or not np.isfinite(vectors).all() or nearest.count() != len(chunks):
        raise IndexBroken(f"新索引没有通过检查：条数或向量对不上。{_RETRY}")
    words = LexicalIndex.load(target.lexical, len(chunks))
    places = sorted(set(np.linspace(0, len(chunks) - 1, _SAMPLES, dtype=int).tolist()))
    digests = {chunk.id: chunk.digest for chunk in chunks}
    by_vector = sum(_finds_vector(nearest, chunks[place], vectors[place], digests) for place in places)
    by_words = sum(_finds_words(words, chunks[place], place) for place in places)
    if min(by_vector, by_words) < _PASS_RATE * len(places):
        raise IndexBroken(
            f"新索引没有通过检查：抽查 {len(places)} 条，向量查回 {by_vector} 条，"
            f"词语查回 {by_words} 条。{_RETRY}"
        )


def _finds_vector(
    nearest: ChromaIndex, chunk: Chunk, vector: NDArray[np.float32], digests: Mapping[str, str]
) -> bool:
    """Whether the vector leads to its own chunk, or to one with the same passage, at cosine one."""
    hits = nearest.query(vector, 3)
    return any(digests.get(key) == chunk.digest and cosine > _SAME for key, cosine in hits)


def _finds_words(words: LexicalIndex, chunk: Chunk, place: int) -> bool:
    terms = lexical.tokenize(chunk.passage)
    return not terms or any(found == place for found, _ in words.query(chunk.passage, 10))


def _fingerprint(corpus: Corpus, model: str, expected: Sequence[ExpectedQuestion], *, fine: bool) -> str:
    """Stands for everything that shapes an index: the texts, the model, and the code that cuts and counts."""
    digest = hashlib.sha256(f"{model}{'' if fine else ' wide'}".encode())
    for module in (chunking, lexical, store, folding):
        digest.update(Path(str(module.__file__)).read_bytes())
    for document in corpus.documents:
        digest.update(_content(document, corpus).encode())
    for question in expected:
        digest.update(f"{question.doc}\n{question.unit}\n{question.text}\n".encode())
    return digest.hexdigest()


def _content(document: Document, corpus: Corpus) -> str:
    units = [
        [unit.label, unit.heading, unit.chapter, corpus.corrected(unit.text)]
        + [[part.path, part.kind, part.heading, corpus.corrected(part.text)] for part in unit.walk()]
        for unit in document.units
    ]
    return json.dumps([document.key, document.title, units], ensure_ascii=False)


def _result(manifest: Manifest, *, changed: bool, embedded: int) -> BuildResult:
    m = manifest
    return BuildResult(changed, m.version, m.documents, m.units, m.chunks, embedded, m.chunks - embedded)
