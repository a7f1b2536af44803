"""A pipeline soon after the process began: the model opens while the interpreter still imports."""

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from assistant.settings import Settings
from indexer.versions import Versions

if TYPE_CHECKING:
    from assistant.pipeline import Pipeline

__all__ = ["start"]


def start(settings: Settings, report: Callable[[str], None]) -> "Pipeline":
    """What `bootstrap.build` gives, sooner; raises what it raises."""
    # What is made here lives as long as the process: to look for garbage in it costs a tenth of the start.
    gc.disable()
    try:
        # Without an index there is no answer, and no reason to build a model for it.
        Versions(settings.home).serving()
        from assistant.embedding import open_embedder

        with ThreadPoolExecutor(1) as beside:
            embedder = beside.submit(open_embedder, settings, report)
            from assistant.bootstrap import build

            return build(settings, open_embedder=embedder.result)
    finally:
        gc.freeze()
        gc.enable()
