"""A copy of the corpus folder that a test may spoil."""

import shutil
from pathlib import Path

import pytest

import corpus.catalog


@pytest.fixture
def corpus_copy(tmp_path: Path) -> Path:
    """documents.yaml, corrections.yaml and sources/, writable."""
    home = Path(corpus.catalog.__file__).parent
    for path in (*home.glob("*.yaml"), *home.glob("sources/*.txt")):
        target = tmp_path / path.relative_to(home)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)
    return tmp_path
