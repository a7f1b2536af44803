"""Texts to vectors: one interface over the embedded default model and any other that a user chooses."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import InvalidInput
from indexer.model_store import default_model_name, ensure_default_model

__all__ = ["DEFAULT", "VECTORS_DOWN", "Embedder", "Vectors", "embedder_name", "load_embedder"]

DEFAULT = "default"

VECTORS_DOWN = "向量服务这次没有给出可用的结果，只按用词查找了条款。"
"""What users read where a service gave a question no vector."""

Vectors = npt.NDArray[np.float32]
"""One row for each text, of length 1."""

_SMALL_FILE = 1 << 20


class Embedder(Protocol):
    """A model that turns questions and passages into vectors of one space."""

    @property
    def name(self) -> str:
        """Stable id of model and version; vectors of different names must not be mixed."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The vectors of questions, in the order of `texts`."""

    def embed_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """The vectors of passages, in the order of `texts`; `progress` gets how many more are done."""

    def count_tokens(self, text: str) -> int:
        """Tokens that the model would read for this passage, its prefix and marks included, uncut."""


def embedder_name(setting: str | None) -> str:
    """The `name` that the embedder of this setting will have, without loading it."""
    if setting is None or setting == DEFAULT:
        return default_model_name()
    folder = _local_folder(setting)
    return setting if folder is None else f"{folder.name}-{_digest(folder)}"


def load_embedder(
    setting: str | None, home: Path, progress: Callable[[str], None], *, alone: bool = True
) -> Embedder:
    """The embedder that `setting` names: None or "default", a model folder, or a model name on the hub.

    The default model is built under `home` where it is missing; `progress` gets a Chinese line for each
    step of that. InvalidInput where a named model cannot be loaded. Where other processes embed on the other
    cores, a process that is not `alone` does with one thread: on two cores that takes a tenth less in all.
    """
    # Each branch brings in only its own engine: a question must not pay for torch.
    if setting is None or setting == DEFAULT:
        from indexer.onnx_embedder import OnnxEmbedder

        folder = ensure_default_model(home, progress)
        return OnnxEmbedder(folder) if alone else OnnxEmbedder(folder, threads=1)
    name = embedder_name(setting)
    from indexer.st_embedder import SentenceTransformerEmbedder

    progress(f"正在载入向量模型 {setting}……")
    return SentenceTransformerEmbedder(str(_local_folder(setting) or setting), name)


def _local_folder(setting: str) -> Path | None:
    """The folder that the setting means, or None for a name on the hub."""
    folder = Path(setting).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if setting.startswith((".", "~", "/")) or setting.count("/") > 1 or "\\" in setting:
        raise InvalidInput(f"找不到向量模型文件夹：{setting}。请检查路径，或改用 {DEFAULT}（内置模型）。")
    return None


def _digest(folder: Path) -> str:
    """A digest that changes with the model: content of the small files, size and time of the large."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        facts = path.stat()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{facts.st_size}\0".encode())
        if facts.st_size <= _SMALL_FILE:
            digest.update(path.read_bytes())
        else:
            digest.update(str(facts.st_mtime_ns).encode())
    return digest.hexdigest()[:12]
