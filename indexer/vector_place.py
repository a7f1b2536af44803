"""Where Chroma keeps the vectors of index versions: in each version's own folder, or on a Chroma server.

On a server every version has a collection of its own, named after it, so that readers of the version before go on
while the next one is written, and machines that share a server do not touch what others have built.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.errors import IndexBroken
from indexer.vectors import ChromaIndex
from indexer.versions import Manifest, VersionFolder

__all__ = ["EMBEDDED", "VectorPlace"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VectorPlace:
    """The server at `url`, or without one the folders of the versions. Raises IndexBroken where Chroma fails."""

    url: str = ""

    def create(self, version: VersionFolder, size: int) -> ChromaIndex:
        """An empty vector index for the `size` chunks of a version that is being built."""
        if self.url:
            return ChromaIndex.on_server(self.url, _collection(version), size)
        return ChromaIndex.open(version.chroma, size)

    def open(self, version: VersionFolder, manifest: Manifest) -> ChromaIndex:
        """The vector index of a finished version, which holds as many vectors as its manifest says."""
        if self.url:
            nearest = ChromaIndex.on_server(self.url, _collection(version))
        else:
            version.check_chroma(manifest)
            nearest = ChromaIndex.open(version.chroma)
        if nearest.count() != manifest.chunks:
            raise IndexBroken(f"向量索引的条数不对（{nearest.count()}，应为 {manifest.chunks}）")
        return nearest

    def check(self, version: VersionFolder, manifest: Manifest) -> None:
        """Raise IndexBroken unless `open` would find what was built."""
        if self.url:
            self.open(version, manifest).close()
        else:
            version.check_chroma(manifest)

    def drop(self, versions: Iterable[VersionFolder]) -> None:
        """Remove the vectors of versions that are about to be removed themselves; their folders hold the rest."""
        for version in versions if self.url else ():
            try:
                ChromaIndex.drop(self.url, _collection(version))
            except IndexBroken as error:
                _log.warning("collection %s stays on the server: %s", _collection(version), error)


EMBEDDED = VectorPlace()
"""Vectors beside the rest of each version."""


def _collection(version: VersionFolder) -> str:
    return f"zhengce-{version.name}"
