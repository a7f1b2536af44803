"""A watched folder: what arrives is added once, when it is whole, whatever else lies there."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.upkeep.arrivals import Arrivals
from assistant.upkeep.watching import Watcher
from corpus.errors import IndexBusy, InvalidInput

QUIET = 0.3


class Adding:
    """Takes files as `zhengce index add` does: refuses those that say so, is busy as often as it is told."""

    def __init__(self) -> None:
        self.added: list[tuple[str, str]] = []
        self.busy = 0

    def __call__(self, path: Path) -> str:
        if self.busy:
            self.busy -= 1
            raise IndexBusy("另一个进程正在建索引")
        text = path.read_text("utf-8", "replace")
        if "坏" in text:
            raise InvalidInput(f"{path.name} 读不懂")
        self.added.append((path.name, text))
        return "加了 1 份文件"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "来件"
    path.mkdir()
    return path


def watcher(folder: Path, add: Adding, lines: list[str]) -> Watcher:
    return Watcher(folder, add, Arrivals.open(folder.parent / "home", folder), lines.append, QUIET)


@contextmanager
def watching(folder: Path, add: Adding, lines: list[str]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=watcher(folder, add, lines).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    assert condition()


def test_what_arrives_is_added_when_it_is_whole(folder: Path) -> None:
    add, lines = Adding(), list[str]()
    with watching(folder, add, lines):
        with (folder / "甲.txt").open("w", encoding="utf-8") as file:
            for part in range(8):
                file.write(f"第{part}条\n")
                file.flush()
                time.sleep(QUIET / 3)
        (folder / "下级").mkdir()
        (folder / "下级" / "乙.md").write_text("乙", "utf-8")
        moved = folder.parent / "丙.html"
        moved.write_text("丙", "utf-8")
        moved.rename(folder / "丙.html")
        wait(lambda: len(add.added) == 3)
    assert dict(add.added) == {
        "甲.txt": "".join(f"第{part}条\n" for part in range(8)),
        "乙.md": "乙",
        "丙.html": "丙",
    }


def test_passing_and_unknown_files_are_left_alone(folder: Path) -> None:
    add, lines = Adding(), list[str]()
    for name in ("~$甲.docx", ".甲.txt", "甲.pdf.crdownload", "甲.txt.part", "表.xlsx", "图.png"):
        (folder / name).write_text("x", "utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "甲.txt").write_text("x", "utf-8")
    (folder / "空.txt").mkdir()
    watcher(folder, add, lines).catch_up()
    assert (add.added, lines) == ([], [])


def test_a_bad_file_is_told_once_and_the_rest_goes_on(folder: Path) -> None:
    add, lines = Adding(), list[str]()
    (folder / "1.txt").write_text("坏的", "utf-8")
    (folder / "2.txt").write_text("好的", "utf-8")
    (folder / "3.txt").symlink_to(folder / "没有")
    watcher(folder, add, lines).catch_up()
    assert [name for name, _ in add.added] == ["2.txt"]
    assert lines == ["1.txt：没有收：1.txt 读不懂", "2.txt：加了 1 份文件"]
    (folder / "1.txt").write_text("改好了", "utf-8")
    watcher(folder, add, lines).catch_up()
    assert [name for name, _ in add.added] == ["2.txt", "1.txt"]


def test_a_restart_and_a_copy_add_nothing_twice(folder: Path) -> None:
    add, lines = Adding(), list[str]()
    (folder / "1.txt").write_text("一", "utf-8")
    (folder / "2.txt").write_text("坏", "utf-8")
    watcher(folder, add, lines).catch_up()
    shutil.copy(folder / "1.txt", folder / "副本.txt")
    watcher(folder, add, lines).catch_up()
    assert add.added == [("1.txt", "一")]
    assert lines[2:] == ["1.txt：已经加过", "2.txt：没有收：2.txt 读不懂", "副本.txt：已经加过"]


def test_an_index_that_is_busy_is_waited_for(folder: Path) -> None:
    add, lines = Adding(), list[str]()
    add.busy = 2
    (folder / "1.txt").write_text("一", "utf-8")
    watcher(folder, add, lines).catch_up()
    assert add.added == [("1.txt", "一")]
    assert lines == ["1.txt：加了 1 份文件"]


def test_a_damaged_note_and_a_folder_that_goes_away(folder: Path) -> None:
    add, lines = Adding(), list[str]()
    (folder / "1.txt").write_text("一", "utf-8")
    watcher(folder, add, lines).catch_up()
    (note,) = (folder.parent / "home" / "watch").iterdir()
    note.write_text("{", "utf-8")
    watcher(folder, add, lines).catch_up()
    assert len(add.added) == 2
    going = watcher(folder, add, lines)
    fault: list[BaseException] = []

    def run() -> None:
        try:
            going.run(threading.Event())
        except InvalidInput as error:
            fault.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(1)
    shutil.rmtree(folder)
    thread.join(30)
    assert not thread.is_alive()
    assert "不在了" in str(fault[0])
