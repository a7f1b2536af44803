"""Small corpora and a model without weights, for tests of the index's mechanics."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus.catalog import Corpus
from corpus.model import Document, Unit
from indexer.store import Vectors

DIMENSION = 32

TEXTS = {
    "甲办法": {
        "第一条": "为了支持企业开展首创产品研发，制定本办法。",
        "第二条": "国内首创产品的首次应用，按合同金额的30%给予不超过300万元的补贴。",
        "第三条": "申请材料包括申请表、合同和付款凭证。",
    },
    "乙办法": {
        "第一条": "孵化器运营满两年的，可以申请房租补贴。",
        "第二条": "房租补贴每年不超过100万元，连续支持不超过三年。",
    },
    "丙措施": {"（一）": "支持氢能产业发展，对加氢站建设给予500万元补助。"},
}


def small_corpus(texts: Mapping[str, Mapping[str, str]] = TEXTS) -> Corpus:
    """A corpus of title → label → words; the title is the document key as well."""
    documents = []
    for title, words in texts.items():
        units = tuple(Unit(title, label, "", "", f"{label} {text}", ()) for label, text in words.items())
        documents.append(Document(title, "", title, "", (), None, units))
    return Corpus(tuple(documents), {}, {}, ())


def large_corpus(documents: int, units: int) -> Corpus:
    """A corpus of numbered units, each with words of its own."""
    return small_corpus(
        {
            f"办法{d}": {
                f"第{u}条": f"编号{d}第{u}项支持{chr(0x4E00 + 97 * d + u)}产业。" for u in range(units)
            }
            for d in range(documents)
        }
    )


def vector_of(text: str) -> Vectors:
    """A unit vector that depends on nothing but the text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


@dataclass
class FakeEmbedder:
    """An Embedder that gives every text its own random vector and notes what it was asked for."""

    name: str = "fake-1"
    dimension: int = DIMENSION
    passages: list[str] = field(default_factory=list)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([vector_of(text) for text in texts])

    def embed_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.passages += texts
        if progress:
            progress(len(texts))
        return self.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        return len(text)


@dataclass
class ProgressLog:
    """A Progress that notes its stages: label, announced steps, done steps, finished."""

    stages: list[tuple[str, int, int, bool]] = field(default_factory=list)

    def start(self, total: int, label: str) -> None:
        self.stages.append((label, total, 0, False))

    def advance(self, steps: int) -> None:
        label, total, done, _ = self.stages[-1]
        self.stages[-1] = (label, total, done + steps, False)

    def finish(self) -> None:
        label, total, done, _ = self.stages[-1]
        self.stages[-1] = (label, total, done, True)
