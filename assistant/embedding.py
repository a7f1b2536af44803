"""Which embedding model the settings name: the built-in one, another on this machine, or one behind an endpoint."""

from collections.abc import Callable

from assistant.settings import Settings
from indexer.embeddings import Embedder, embedder_name, load_embedder

__all__ = ["name_of_embedder", "open_embedder"]


def name_of_embedder(settings: Settings) -> str:
    """The `name` that the embedder will have, without loading it; an index under another name is built anew."""
    if not settings.embedding_base_url:
        return embedder_name(settings.embedding_model)
    from indexer.service_embedder import service_name

    return service_name(settings.embedding_model or "", settings.embedding_base_url)


def open_embedder(settings: Settings, report: Callable[[str], None], *, alone: bool = True) -> Embedder:
    """The embedder; `report` gets a line for each step that takes long. Raises InvalidInput, IndexFault.

    A process that is not `alone` shares the cores with others that embed.
    """
    if not settings.embedding_base_url:
        return load_embedder(settings.embedding_model, settings.home, report, alone=alone)
    # A question that is embedded on this machine need not import the client.
    from indexer.service_embedder import ServiceEmbedder

    key = settings.embedding_api_key.get_secret_value()
    return ServiceEmbedder(
        settings.embedding_model or "", settings.embedding_base_url, key, settings.retrieval_seconds
    )
