"""Zip packages (.docx, .ofd) opened with care: sizes are checked before anything is unpacked."""

import re
import zipfile
from io import BytesIO

from corpus.errors import FileRefused

__all__ = ["open_package"]

_LARGEST = 200_000_000
_DENSEST = 300
_DENSE_FROM = 5_000_000
_MOST_PARTS = 5_000
_OLE = b"\xd0\xcf\x11\xe0"
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_HEAD = 4096
_ENCRYPTED = 0x1


def open_package(content: bytes, holds: str, kind: str) -> zipfile.ZipFile:
    """The package of a `kind` file, which must hold the part `holds`.

    Raises FileRefused for what is encrypted, unpacks to too much, has macros or declares entities.
    """
    if content.startswith(_OLE):
        raise FileRefused(f"这是加密的文件或旧版 .doc。请去掉密码，另存为 {kind}")
    try:
        package = zipfile.ZipFile(BytesIO(content))
    except zipfile.BadZipFile as error:
        raise FileRefused(f"这不是能读的 {kind} 文件，可能已损坏，或扩展名写错了") from error
    parts = package.infolist()
    size = sum(part.file_size for part in parts)
    dense = any(
        part.file_size > _DENSE_FROM and part.file_size > _DENSEST * max(1, part.compress_size)
        for part in parts
    )
    if size > _LARGEST or dense or len(parts) > _MOST_PARTS:
        raise FileRefused("文件解压后大得不合常理（可能是压缩炸弹），没有打开")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise FileRefused(f"文件有密码。请去掉密码，另存为 {kind}")
    names = {part.filename for part in parts}
    if holds not in names:
        raise FileRefused(f"这不是能读的 {kind} 文件，可能扩展名写错了")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused(f"文件里有宏，没有打开。请另存为不带宏的 {kind}")
    _refuse_entities(package, parts)
    return package


def _refuse_entities(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with package.open(part) as file:
                if _ENTITY.search(file.read(_HEAD)):
                    raise FileRefused("文件的 XML 里有外部实体声明（XXE），没有打开")
