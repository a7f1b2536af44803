"""Case files: what is read, and how a wrong line is named."""

import json
from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from evals.cases import CASES, load_cases, load_set

_LINE = json.dumps({"id": "1", "type": "lookup", "question": "问"}, ensure_ascii=False)


def test_a_folder_is_read_in_order_of_name(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(_LINE.replace('"1"', '"b"') + "\n\n")
    (tmp_path / "a.jsonl").write_text("\ufeff" + _LINE)
    assert [case.id for case in load_cases(tmp_path)] == ["1", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_LINE + "\n{", "x.jsonl:2 不是 JSON"),
        (_LINE.replace("question", "qestion"), "x.jsonl:1 不是一道评测题"),
        (_LINE + "\n" + _LINE, "x.jsonl:2 的题号“1”"),
        ("[]", "x.jsonl:1 不是一道评测题"),
        ("\n", "没有评测题"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=message):
        load_cases(path)


def test_what_is_no_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="没有评测集"):
        load_set(tmp_path / "none")
    (tmp_path / "x.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="UTF-8"):
        load_set(tmp_path)


@pytest.mark.parametrize(
    ("chosen", "name", "hidden"),
    [
        (None, "dev", False),
        ("dev", "dev", False),
        ("test", "test", True),
        (CASES / "test", "test", True),
        (CASES / "test" / "paraphrases.jsonl", "paraphrases", True),
        (CASES / "dev" / ".." / "test", "test", True),
        (CASES / "dev" / "paraphrases.jsonl", "paraphrases", False),
    ],
)
def test_the_test_split_is_hidden_however_it_is_named(
    chosen: str | Path | None, name: str, hidden: bool
) -> None:
    found = load_set(chosen)
    assert (found.name, found.hidden) == (name, hidden)


def test_a_digest_tells_an_edited_gold_and_asked_only_an_edited_question() -> None:
    case = load_set("dev").cases[0]
    noted, golden, asked = (
        case.model_copy(update=change) for change in ({"note": "x"}, {"refuse": True}, {"question": "x"})
    )
    assert case.digest == noted.digest != golden.digest
    assert case.asked == golden.asked != asked.asked
