"""The default model on ONNX Runtime: what answers questions, without torch."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from corpus.errors import IndexBroken
from corpus.folding import encodable

__all__ = ["OnnxEmbedder"]

_QUERY_PREFIX = "query: "
_PASSAGE_PREFIX = "passage: "
_MAX_TOKENS = 512
_PADDING_ID = 1
_THREADS = 2

_BATCH_TOKENS = 512
"""Padded tokens in one run; on two cores 8 texts at once were as fast as 4 and faster than 16 or 32."""


class OnnxEmbedder:
    """Embeds with the model in `folder`, as `ensure_default_model` builds it. Safe to share by threads."""

    def __init__(self, folder: Path, threads: int = _THREADS) -> None:
        """Opens the model, which computes in so many threads; IndexBroken where its files are missing or damaged."""
        graph = folder / "onnx" / "model.onnx"
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = _open_session(graph, threads)
        # Neither library declares its errors: tokenizers raises bare Exception.
        except Exception as error:
            raise IndexBroken(f"内置向量模型无法载入（{error}），请删除文件夹 {folder} 后重试。") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._name = folder.name
        self._dimension: int = self._session.get_outputs()[0].shape[1]

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
        return self._embed(_QUERY_PREFIX, texts, None)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> npt.NDArray[np.float32]:
        """The vectors of passages, in the order of `texts`; `progress` gets how many more are done."""
        return self._embed(_PASSAGE_PREFIX, texts, progress)

    def count_tokens(self, text: str) -> int:
        """Tokens of this passage with prefix and marks; the model reads the first 512."""
        return len(self._tokenizer.encode(encodable(_PASSAGE_PREFIX + text)))

    def _embed(
        self, prefix: str, texts: Sequence[str], progress: Callable[[int], None] | None
    ) -> npt.NDArray[np.float32]:
        vectors = np.empty((len(texts), self._dimension), np.float32)
        encodings = self._tokenizer.encode_batch([encodable(prefix + text) for text in texts])
        rows = [_token_ids(encoding) for encoding in encodings]
        for places in _batches([len(row) for row in rows]):
            vectors[places] = self._run([rows[place] for place in places])
            if progress is not None:
                progress(len(places))
        return vectors

    def _run(self, rows: list[list[int]]) -> npt.NDArray[np.float32]:
        width = max(map(len, rows))
        ids = np.full((len(rows), width), _PADDING_ID, np.int64)
        mask = np.zeros((len(rows), width), np.int64)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        (vectors,) = self._session.run(["sentence_embedding"], {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, np.float32)


def _open_session(graph: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that wait spinning gain a millisecond on an idle machine and double the time on a shared one.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        graph,
        options,
        providers=["CPUExecutionProvider"],
        # With this fusion passages took a tenth longer.
        disabled_optimizers=["SkipLayerNormFusion"],
    )


def _token_ids(encoding: Encoding) -> list[int]:
    ids: list[int] = encoding.ids
    return ids if len(ids) <= _MAX_TOKENS else [*ids[: _MAX_TOKENS - 1], ids[-1]]


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts to run together: like lengths, at most `_BATCH_TOKENS` when padded."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[place] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
