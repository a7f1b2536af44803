"""From nothing to an answer: new processes, timed from outside."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from corpus.errors import ZhengceError

__all__ = ["seconds_to_answer", "seconds_to_embed"]

_EMBED = """
import sys
from assistant.settings import load_settings
from indexer.embeddings import load_embedder
settings = load_settings()
load_embedder(settings.embedding_model, settings.home, print).embed_queries([sys.argv[1]])
"""


def seconds_to_answer(home: Path, question: str, runs: int) -> float:
    """What `zhengce ask` takes from start to end, the median of so many runs after one that warms the disk."""
    return _median([sys.executable, "-m", "assistant", "ask", question, "--json"], home, runs)


def seconds_to_embed(home: Path, question: str, runs: int) -> float:
    """What a program takes that opens the model and embeds one question."""
    return _median([sys.executable, "-c", _EMBED, question], home, runs)


def _median(command: Sequence[str], home: Path, runs: int) -> float:
    _once(command, home)
    return round(median(_once(command, home) for _ in range(runs)), 2)


def _once(command: Sequence[str], home: Path) -> float:
    begun = perf_counter()
    done = subprocess.run(
        command, env=os.environ | {"ZHENGCE_HOME": str(home)}, capture_output=True, text=True
    )
    if done.returncode:
        raise ZhengceError(
            f"{' '.join(command[1:4])} 没有做完：{(done.stderr.strip() or '?').splitlines()[-1]}"
        )
    return perf_counter() - begun
