"""Any sentence-transformers model, for users who choose another than the default."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.errors import InvalidInput
from corpus.folding import encodable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceTransformerEmbedder"]

_BATCH = 32
_HUB_SECONDS = 10.0

_PUBLISHED_PROMPTS = [
    (re.compile(r"(multilingual-)?e5-(small|base|large)(-v2)?"), "query: ", "passage: "),
    (re.compile(r"bge-(small|base|large)-zh(-v1\.5)?"), "为这个句子生成表示以用于检索相关文章：", ""),
]
"""Prefixes of well-known models whose own files do not state them: name, question, passage."""


class SentenceTransformerEmbedder:
    """Embeds with a model by folder or name on the hub, under the prompts that the model itself states."""

    def __init__(self, model: str, name: str | None = None) -> None:
        """Loads `model`; `name` is the id to go by. InvalidInput where it cannot be loaded."""
        try:
            self._model = _load(model)
        # The loaders below raise whatever their network, file and configuration code raises.
        except Exception as error:
            reason = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
            raise InvalidInput(
                f"无法载入向量模型“{model}”：{reason}。请检查名称、文件夹或网络，或改用 default（内置模型）。"
            ) from error
        self._name = name or model
        self._query, self._passage = _prompts(model, self._model.prompts)
        self._dimension = int(self._model.encode([""]).shape[1])

    @property
    def name(self) -> str:
        """Stable id of model and version."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def embed_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The vectors of questions, in the order of `texts`."""
        return self._encode(texts, self._query, None)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> npt.NDArray[np.float32]:
        """The vectors of passages, in the order of `texts`; `progress` gets how many more are done."""
        return self._encode(texts, self._passage, progress)

    def count_tokens(self, text: str) -> int:
        """Tokens of this passage with prefix and marks, uncut."""
        return len(self._model.tokenizer.encode(encodable(self._passage + text)))

    def _encode(
        self, texts: Sequence[str], prompt: str, progress: Callable[[int], None] | None
    ) -> npt.NDArray[np.float32]:
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        vectors = np.empty((len(texts), self._dimension), np.float32)
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            vectors[places] = self._model.encode(
                [encodable(texts[place]) for place in places],
                prompt=prompt,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress is not None:
                progress(len(places))
        return vectors


def _load(model: str) -> "SentenceTransformer":
    # Seconds and much memory, which only those pay who chose another model.
    from huggingface_hub import HfApi
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        return SentenceTransformer(model, device="cpu", local_files_only=True)
    except OSError:
        if PurePath(model).is_absolute():
            raise
    # Asks once: without network or with a wrong name, the loader would retry for a minute.
    HfApi().model_info(model if "/" in model else f"sentence-transformers/{model}", timeout=_HUB_SECONDS)
    return SentenceTransformer(model, device="cpu")


def _prompts(model: str, stated: Mapping[str, str]) -> tuple[str, str]:
    """The prefixes of questions and passages: the model's own, else those published for its name."""
    query = stated.get("query", "")
    passage = stated.get("passage") or stated.get("document") or ""
    if query or passage:
        return query, passage
    for pattern, published_query, published_passage in _PUBLISHED_PROMPTS:
        if pattern.fullmatch(PurePath(model).name.lower()):
            return published_query, published_passage
    return "", ""
