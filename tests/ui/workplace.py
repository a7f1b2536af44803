"""The pages 算一算, 能报什么 and 管理, each drawn without a browser, on data of the test's own."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from tests.ui.fakes import FakeBackend
from ui import wiring

__all__ = ["PASSWORD", "admin", "calculate", "match", "own_data", "sheet", "shown"]

PASSWORD = "correct-horse-1"
_OWN = (wiring.kept, wiring.gate, wiring.admins, wiring.managing)


@pytest.fixture
def own_data(backend: FakeBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for what visitors keep."""
    for part in _OWN:
        part.cache_clear()
    yield tmp_path / "page"
    for part in _OWN:
        part.cache_clear()


@pytest.fixture
def calculate(own_data: Path) -> AppTest:
    def script() -> None:
        from ui.pages import calculate

        calculate.page()

    return AppTest.from_function(script, default_timeout=30)


@pytest.fixture
def match(own_data: Path) -> AppTest:
    def script() -> None:
        from ui.pages import match

        match.page()

    return AppTest.from_function(script, default_timeout=30)


@pytest.fixture
def admin(own_data: Path) -> AppTest:
    def script() -> None:
        from ui.pages import admin

        admin.page()

    return AppTest.from_function(script, default_timeout=30)


def shown(page: AppTest) -> str:
    """All words of the page."""
    assert not page.exception
    kinds = ("markdown", "caption", "text", "info", "warning", "error", "success", "subheader")
    words = [element.value for kind in kinds for element in getattr(page, kind)]
    return "\n".join([*words, *(element.proto.body for element in page.get("html"))])


def sheet(content: bytes, name: str) -> list[dict[str, Any]]:
    """A sheet of a workbook as rows by heading."""
    rows = list(load_workbook(BytesIO(content))[name].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
