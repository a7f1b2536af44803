"""The default model, built once for all test runs of a checkout: half a minute and half a gigabyte."""

from pathlib import Path

import pytest

from indexer.model_store import ensure_default_model


@pytest.fixture(scope="session")
def model() -> Path:
    """The folder of the default model."""
    return ensure_default_model(Path(__file__).parents[2] / ".zhengce", print)
