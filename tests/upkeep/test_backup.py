"""Backup and restore: everything comes back, on either database; what is damaged or killed changes nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assistant.commands.progress import LineProgress
from assistant.service.store.database import alone, open_database, opened, upgrade
from assistant.service.store.store import Store
from assistant.service.store.tables import AnswerRow, ConversationRow
from assistant.upkeep.backup import make_backup
from assistant.upkeep.dump import replace_rows, snapshot
from assistant.upkeep.places import Places
from assistant.upkeep.restore import mend, restore_backup
from assistant.upkeep.whole_file import whole_file
from corpus.errors import InvalidInput
from indexer.index import SearchIndex
from tests.service import conftest as shared
from tests.upkeep.conftest import Install, answered, files, said

postgres, url = shared.postgres, shared.url
ROOT = Path(__file__).parents[2]
QUIET = LineProgress()


def test_everything_comes_back_in_a_new_home(install: Install, tmp_path: Path) -> None:
    old, new = install("old"), install("new", empty=True)
    file = tmp_path / "backup.zip"
    made = make_backup(old, file, QUIET)
    restored = restore_backup(new, file, QUIET)
    assert (restored.index, restored.files, restored.rows) == (made.index, 2, made.rows)
    assert (files(new), said(new.database)) == (files(old), said(old.database))
    assert SearchIndex.open(new.home).lexical("第一条", 1)[0].chunk.doc == "old"
    assert not (new.home / "models").exists()
    assert file.stat().st_mode & 0o077 == 0


def test_rows_move_between_sqlite_and_postgresql_and_numbering_goes_on(
    install: Install, url: str, tmp_path: Path
) -> None:
    for source, target in (("old", "new"), ("new", "again")):
        urls = {"old": None, "new": url, "again": None}
        places = {name: install(name, urls[name], empty=name != "old") for name in (source, target)}
        file = tmp_path / f"{source}.zip"
        make_backup(places[source], file, QUIET)
        restore_backup(places[target], file, QUIET)
    assert said(url) == said(f"sqlite:///{tmp_path}/old/service.sqlite3")
    assert said(f"sqlite:///{tmp_path}/again/service.sqlite3") == said(url)
    with opened(url) as engine:
        (row,) = Store(engine).conversations("owner", 10)
        assert Store(engine).keep(answered(3, row.id))
        assert [a.id for a in Store(engine).answers(row.id)] == [f"{n:032x}" for n in (1, 2, 3)]


def test_what_is_there_is_not_replaced_unless_forced_and_is_laid_aside(
    install: Install, tmp_path: Path
) -> None:
    old, new = install("old"), install("new")
    file = tmp_path / "backup.zip"
    make_backup(old, file, QUIET)
    before = files(new), said(new.database)
    with pytest.raises(InvalidInput, match="--force"):
        restore_backup(new, file, QUIET)
    assert (files(new), said(new.database)) == before
    done = restore_backup(new, file, QUIET, force=True)
    assert (files(new), said(new.database)) == (files(old), said(old.database))
    aside = [path for folder in done.before for path in folder.rglob("原文.txt")]
    assert [path.read_text("utf-8") for path in aside] == ["new的原文"]
    with pytest.raises(InvalidInput, match="--force"):
        make_backup(old, file, QUIET)
    make_backup(new, file, QUIET, force=True)
    assert not [name for name in zipfile.ZipFile(file).namelist() if "before-restore" in name]


def test_a_backup_of_a_busy_service_is_of_one_moment(install: Install, url: str, tmp_path: Path) -> None:
    places = install("old", url)
    stop, begun, acknowledged = threading.Event(), threading.Event(), []

    def write(owner: int) -> None:
        with opened(url) as engine:
            store = Store(engine)
            for number in range(owner * 100_000, owner * 100_000 + 5000):
                row = store.begin_conversation("owner")
                store.keep(answered(number, row.id))
                acknowledged.append(number)
                if len(acknowledged) > 20:
                    begun.set()
                if stop.is_set():
                    return

    writers = [threading.Thread(target=write, args=(owner,)) for owner in (1, 2)]
    for writer in writers:
        writer.start()
    assert begun.wait(60)
    known = list(acknowledged)
    make_backup(places, tmp_path / "backup.zip", QUIET)
    stop.set()
    for writer in writers:
        writer.join()
    new = install("new", empty=True)
    restore_backup(new, tmp_path / "backup.zip", QUIET)
    with opened(new.database) as engine, Session(engine) as session:
        answers = {row.id: row.conversation_id for row in session.scalars(select(AnswerRow))}
        conversations = set(session.scalars(select(ConversationRow.id)))
    assert {f"{number:032x}" for number in known} <= set(answers)
    assert set(answers.values()) <= conversations


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    old, new = (open_database(f"sqlite:///{tmp_path}/{name}.sqlite3") for name in ("old", "new"))
    with alone(old) as connection:
        upgrade(connection, "0002")
        columns = "(id, owner, user, title, created_at, updated_at)"
        row = "('c', 'owner', '', '旧', '2026-01-02 03:04:05', '2026-01-02 03:04:05')"
        connection.execute(
            text(
                f"INSERT INTO conversations {columns.replace('user', chr(34) + 'user' + chr(34))} VALUES {row}"
            )
        )
    with snapshot(old) as seen:
        assert seen.revision == "0002"
        rows = {name: list(seen.rows(name)) for name in seen.tables}
    replace_rows(new, "0002", rows, "restore", lambda _: None)
    assert said(f"sqlite:///{tmp_path}/new.sqlite3")["titles"] == ["旧"]
    with pytest.raises(InvalidInput, match="较新的版本"):
        replace_rows(new, "9999", rows, "restore", lambda _: None)
    assert said(f"sqlite:///{tmp_path}/new.sqlite3")["titles"] == ["旧"]


def test_a_damaged_backup_changes_nothing(install: Install, tmp_path: Path) -> None:
    old, new = install("old"), install("new")
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    make_backup(old, good, QUIET)
    content = good.read_bytes()
    before = files(new), said(new.database), sorted(path.name for path in new.home.iterdir())
    for damaged in (b"", b"words", content[: len(content) // 2], *_garbled(content)):
        bad.write_bytes(damaged)
        with pytest.raises(InvalidInput):
            restore_backup(new, bad, QUIET, force=True)
        now = files(new), said(new.database), sorted(path.name for path in new.home.iterdir())
        assert now == before


def _garbled(content: bytes) -> list[bytes]:
    """The file with some bytes of the content of its members changed."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = [info for info in archive.infolist() if info.compress_size > 8]
    # Behind the member's header, its name and the fields for sizes over 4 GB.
    places = [one.header_offset + 50 + len(one.filename.encode()) + one.compress_size // 2 for one in members]
    return [content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :] for at in places]


@pytest.mark.parametrize("name", ["../out", "/out", "home/../../out", "extra"])
def test_members_that_the_manifest_does_not_name_or_that_lead_out_are_refused(
    install: Install, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "backup.zip"
    make_backup(install("old"), file, QUIET)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, "x")
    new = install("new", empty=True)
    with pytest.raises(InvalidInput, match="对不上"):
        restore_backup(new, file, QUIET)
    assert not (tmp_path / "out").exists()


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed at its n-th renaming or opening of a database; whether it was."""
    child = os.fork()
    if child == 0:
        count = 0

        def hook(event: str, _: object) -> None:
            nonlocal count
            if event in ("os.rename", "sqlite3.connect", "os.link"):
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_a_restore_killed_at_any_step_leaves_the_old_state_or_the_new(
    install: Install, url: str, tmp_path: Path
) -> None:
    old, new = install("old"), install("new", url)
    file = tmp_path / "backup.zip"
    make_backup(old, file, QUIET)
    wanted = {"new": (files(new), said(new.database)), "old": (files(old), said(old.database))}
    outcomes = []
    for step in range(1, 60):
        was_killed = killed_at(step, lambda: restore_backup(new, file, QUIET, force=True))
        mend(new)
        now = files(new), said(new.database)
        outcomes.append(next(name for name, state in wanted.items() if state == now))
        if not was_killed:
            break
        if outcomes[-1] == "old":
            break
    # Every kill before the last step left what was there; the first that did not had everything replaced.
    assert outcomes[:-1] == ["new"] * (len(outcomes) - 1)
    assert len(outcomes) > 5
    assert outcomes[-1] == "old"


def test_a_killed_backup_leaves_no_file(install: Install, tmp_path: Path) -> None:
    old, folder = install("old"), tmp_path / "backups"
    folder.mkdir()
    step = 1
    while killed_at(step, lambda: make_backup(old, folder / "backup.zip", QUIET)):
        assert list(folder.iterdir()) == []
        step += 1
    assert step > 3
    assert zipfile.ZipFile(folder / "backup.zip").testzip() is None


@pytest.mark.parametrize("force", [False, True])
def test_where_the_system_knows_no_nameless_files_nothing_is_left_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE")

    def fail() -> None:
        with whole_file(tmp_path / "a", force=force) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []
    with whole_file(tmp_path / "a", force=force) as file:
        file.write(b"whole")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"whole")]


def run(*args: str, home: Path, **values: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "ZHENGCE_HOME": str(home), **values}
    command = [sys.executable, "-m", "assistant", *args]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_commands_take_the_settings_file_along_and_mistakes_are_one_line(
    install: Install, tmp_path: Path
) -> None:
    old = install("old")
    config, file = tmp_path / "zhengce.toml", tmp_path / "backup.zip"
    config.write_text('dense_backend = "exact"\n', "utf-8")
    made = run("backup", str(file), home=old.home, ZHENGCE_CONFIG=str(config))
    assert (made.returncode, "设置文件" in made.stdout) == (0, True)
    taken = tmp_path / "taken.toml"
    restored = run("restore", str(file), "--settings", str(taken), home=tmp_path / "new")
    assert restored.returncode == 0, restored.stderr
    assert taken.read_text("utf-8") == config.read_text("utf-8")
    assert files(Places(tmp_path / "new", tmp_path / "new" / "page", "sqlite://")) == files(old)
    for wrong in (
        ["backup", str(file)],
        ["backup", str(tmp_path / "nowhere" / "backup.zip")],
        ["restore", str(tmp_path / "nothing.zip")],
        ["restore", str(config)],
        ["restore", str(file)],
    ):
        ended = run(*wrong, home=old.home)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert [line[:3] for line in ended.stderr.splitlines()] == ["错误："]


def test_the_page_may_keep_its_data_elsewhere(install: Install, tmp_path: Path) -> None:
    old = install("old")
    (tmp_path / "elsewhere").mkdir()
    with sqlite3.connect(tmp_path / "elsewhere" / "conversations.sqlite3") as connection:
        connection.execute("CREATE TABLE turns (asked TEXT)")
    moved = Places(old.home, tmp_path / "elsewhere", old.database)
    make_backup(moved, tmp_path / "backup.zip", QUIET)
    new = Places(tmp_path / "new", tmp_path / "page-of-new", f"sqlite:///{tmp_path}/new/service.sqlite3")
    restore_backup(new, tmp_path / "backup.zip", QUIET)
    assert files(new)["page"] == "[]"
