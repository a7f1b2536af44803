"""Files made to hurt: one clear Chinese line each, and the others go on."""

import io
import zipfile
from pathlib import Path

import pytest
from fpdf import FPDF

from assistant.commands.progress import LineProgress
from assistant.documents.adding import examine
from assistant.settings import Settings
from corpus.errors import FileRefused
from corpus.loaders import read
from corpus.loaders.read import read_file
from tests.add.making import as_docx, as_ofd, as_pdf, as_text

GOOD = ["某市支持办法", "第一条 为了支持企业创新发展，制定本办法。", "第二条 本办法自发布之日起施行。"]
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def repacked(content: bytes, **parts: bytes) -> bytes:
    """A package with parts put in or changed; `_` in their names stands for `/`, `__` for a dot."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return made.getvalue()


def locked(content: bytes) -> bytes:
    """With the flag of encryption in the directory of the package."""
    return content.replace(b"PK\x01\x02\x14\x00\x14\x00\x00\x00", b"PK\x01\x02\x14\x00\x14\x00\x01\x00")


def pdf(pages: int, password: str = "") -> bytes:
    paper = FPDF()
    if password:
        paper.set_encryption(owner_password="owner", user_password=password)
    paper.set_font("helvetica", size=12)
    for _ in range(pages):
        paper.add_page()
    paper.cell(0, 8, "text")
    return bytes(paper.output())


WORD = as_docx(GOOD)
DOCUMENT = zipfile.ZipFile(io.BytesIO(WORD)).read("word/document.xml")
HOSTILE = [
    ("炸弹.docx", repacked(WORD, **{"word/media/big.bin": b"\0" * 250_000_000}), "压缩炸弹"),
    ("密炸弹.docx", repacked(WORD, **{"word/document.xml": DOCUMENT + b" " * 60_000_000}), "压缩炸弹"),
    ("宏.docx", repacked(WORD, **{"word/vbaProject.bin": b"macro"}), "宏"),
    ("实体.docx", repacked(WORD, **{"word/document.xml": XXE.encode() + DOCUMENT}), "XXE"),
    ("实体.ofd", repacked(as_ofd(GOOD), **{"OFD.xml": f"{XXE}<x>&e;</x>".encode()}), "XXE"),
    ("旧版.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "加密的文件或旧版 .doc"),
    ("万页.pdf", pdf(10_000), "超过 600 页"),
    ("密码.pdf", pdf(1, "secret"), "有密码"),
    ("空.pdf", pdf(1)[:200], "已损坏"),
    ("扩展名.pdf", WORD, "扩展名写错"),
    ("扩展名.docx", as_pdf(GOOD), "扩展名写错"),
    ("扩展名.txt", WORD, "扩展名写错"),
    ("扩展名.html", WORD, "扩展名写错"),
    ("扩展名.ofd", WORD, "扩展名写错"),
    ("别的.xlsx", b"PK\x03\x04", "不认识"),
    ("空白.txt", b"   \n", "几乎没有文字"),
    ("太深.html", b"<div>" * 200_000 + "文字".encode() * 20, "不是能读的|几乎没有文字"),
]


@pytest.mark.parametrize(("name", "content", "said"), HOSTILE, ids=[name for name, _, _ in HOSTILE])
def test_it_is_refused_with_one_line_that_says_why(name: str, content: bytes, said: str) -> None:
    with pytest.raises(FileRefused, match=said) as refused:
        read_file(name, content)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith("。")


def test_a_reader_that_needs_too_much_memory_ends_alone(tmp_path: Path) -> None:
    text = "<p>" + "支持" * 9_000_000
    with pytest.raises(FileRefused):
        read_file("巨大.html", text.encode()[:19_000_000])


def test_a_reader_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_SECONDS", 0.001)
    with pytest.raises(FileRefused, match="太复杂"):
        read_file("a.txt", as_text(GOOD))


def test_the_others_of_a_folder_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "文件夹"
    (folder / "下级").mkdir(parents=True)
    (folder / "下级" / "好.txt").write_bytes(as_text(GOOD))
    (folder / "坏.docx").write_bytes(b"rubbish")
    (folder / "图.png").write_bytes(b"\x89PNG")
    outside = tmp_path / "外面.txt"
    outside.write_bytes(as_text(["外面的秘密办法", "第一条 这是目录以外的文件，不应当被读到。"]))
    (folder / "链接.txt").symlink_to(outside)
    (folder / "目录链接").symlink_to(tmp_path)
    found = examine(Settings(home=tmp_path / "home"), [folder], {}, LineProgress())
    assert [proposal.file for proposal in found.proposals] == ["下级/好.txt"]
    reasons = dict(found.refused)
    assert set(reasons) == {"坏.docx", "图.png", "链接.txt"}
    assert "目录外的链接" in reasons["链接.txt"]
    assert not (tmp_path / "home").exists()
