"""`zhengce eval sizes`: stores of growing size, each written and asked in processes of its own."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.commands.progress import progress
from assistant.settings import Settings
from corpus.errors import InvalidInput
from evals.apart import run_apart
from evals.bench.sizes import AskedStore, BuiltStore, Job
from evals.machine import Origin, origin
from indexer.versions import Versions

__all__ = ["Size", "Sizes", "measure_sizes", "size_line", "sizes_text"]

_DEPTH = 10


class Size(BaseModel):
    """So many chunks, written and asked."""

    model_config = ConfigDict(frozen=True)

    chunks: int
    built: BuiltStore
    asked: AskedStore


class Sizes(BaseModel):
    """All sizes; `real` of the chunks were not made up."""

    model_config = ConfigDict(frozen=True)

    origin: Origin
    model: str
    real: int
    questions: int
    sizes: tuple[Size, ...]


def measure_sizes(
    settings: Settings, sizes: Sequence[int], questions: int, done: Callable[[Size], object] = lambda _: None
) -> Sizes:
    """Measure on what the index that serves holds, `done` hears of each size.

    Raises IndexMissing, and InvalidInput for a size below what is there.
    """
    began, manifest = origin(), Versions(settings.home).serving().manifest()
    real = manifest.chunks if manifest else 0
    if manifest is None or min(sizes) < real:
        raise InvalidInput(f"规模至少是现有的 {real} 个片段")
    bar = progress()
    bar.start(2 * len(sizes), "各种规模")
    measured = []
    for size in sorted(sizes):
        with tempfile.TemporaryDirectory(prefix="zhengce-sizes-") as folder:
            job = Job(
                step="build",
                home=settings.home.absolute(),
                folder=Path(folder),
                size=size,
                questions=questions,
                depth=_DEPTH,
            )
            built = run_apart("evals.bench.sizes", job, BuiltStore)
            bar.advance(1)
            asked = run_apart("evals.bench.sizes", job.model_copy(update={"step": "ask"}), AskedStore)
            bar.advance(1)
            measured.append(Size(chunks=size, built=built, asked=asked))
            done(measured[-1])
    bar.finish()
    return Sizes(origin=began, model=manifest.model, real=real, questions=questions, sizes=tuple(measured))


_HEAD = (
    "| 片段 | 写入 Chroma（秒，处理器秒） | 磁盘 MB | 词语索引（秒，MB） | 建的内存 MB | Chroma 一问 p50 / p95 | "
    f"召回@{_DEPTH} | 词语一问 | 查的内存 MB | 精确扫描一问 | 向量 MB |"
)


def sizes_text(measured: Sizes) -> str:
    """A Markdown table under a line that says where it was measured."""
    lines = [measured.origin.line(), "", _HEAD, "|" + "---:|" * (_HEAD.count("|") - 1)]
    return "\n".join([*lines, *map(size_line, measured.sizes)])


def size_line(size: Size) -> str:
    """A row of the table."""
    built, asked = size.built, size.asked
    cells = (
        f"{size.chunks:,}",
        f"{built.vectors_seconds}，{built.vectors_cpu_seconds}",
        built.vectors_megabytes,
        f"{built.words_seconds}，{built.words_megabytes}",
        built.peak_megabytes,
        asked.nearest.shown(),
        f"{asked.recall:.3f}",
        asked.words.shown(),
        asked.nearest_megabytes,
        asked.exact.shown(),
        asked.exact_megabytes,
    )
    return "| " + " | ".join(map(str, cells)) + " |"
