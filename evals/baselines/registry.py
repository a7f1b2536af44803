"""What is compared: our search and what people would use instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corpus.errors import InvalidInput
from evals.baselines.passages import System
from indexer.embeddings import Embedder

__all__ = ["BASELINES", "Baseline", "chosen"]

_INSTALL = "pip install -e '.[baselines]' -c constraints.txt"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A row of the table: the module that makes it, and the packages that this needs."""

    name: str
    label: str
    module: str
    packages: tuple[str, ...] = ()

    def versions(self) -> dict[str, str | None]:
        """The version of each package, None where it is not installed."""
        return {package: _version(package) for package in self.packages}

    def create(self, embedder: Embedder, folder: Path) -> System:
        """The system, with nothing indexed yet."""
        made: System = import_module(self.module).create(embedder, folder)
        return made


BASELINES = (
    Baseline("ours", "本项目（zhengce search）", "evals.baselines.ours"),
    Baseline(
        "langchain",
        "LangChain 教程（500 字切块，Chroma）",
        "evals.baselines.langchain_tutorial",
        ("langchain-core", "langchain-chroma", "langchain-text-splitters", "chromadb"),
    ),
    Baseline("llamaindex", "LlamaIndex 默认", "evals.baselines.llamaindex_default", ("llama-index-core",)),
    Baseline(
        "haystack", "Haystack 混合检索（BM25 + 向量）", "evals.baselines.haystack_hybrid", ("haystack-ai",)
    ),
)


def chosen(names: Sequence[str]) -> list[Baseline]:
    """The baselines of these names, all where none is given; raises InvalidInput where one cannot run."""
    known = {baseline.name: baseline for baseline in BASELINES}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidInput(f"没有名为 {'、'.join(unknown)} 的做法；可选：{'、'.join(known)}")
    wanted = [known[name] for name in dict.fromkeys(names)] or list(BASELINES)
    missing = [
        package for baseline in wanted for package, found in baseline.versions().items() if found is None
    ]
    if missing:
        raise InvalidInput(
            f"缺少 {'、'.join(missing)}。安装：{_INSTALL}；或用 --only 只运行装好的，如 --only ours"
        )
    return wanted


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
