"""What a user says of a document against what was recognised."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from corpus.entries import DocumentEntry, Draft, Effective, Ends
from corpus.errors import InvalidInput
from corpus.own.head import numbered
from corpus.own.keys import KEY
from corpus.why import why

__all__ = ["Corrected", "corrected", "read_corrected", "settings_of"]


def _parts(value: Any) -> Any:
    return (
        tuple(part for part in value.split("，" if "，" in value else ",") if part)
        if isinstance(value, str)
        else value
    )


_Names = Annotated[tuple[str, ...], BeforeValidator(_parts)]


class Corrected(BaseModel):
    """The fields that can be set; what is not given stays as it was recognised."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str | None = None
    title: str | None = None
    number: str | None = None
    issuers: _Names | None = None
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    draft: bool | None = None
    aliases: _Names | None = None
    topics: _Names | None = None
    replaces: str | None = None


_LABELS = {
    "key": "键",
    "title": "题名",
    "number": "文号",
    "issuers": "发文单位",
    "issued": "印发日期",
    "effective": "施行日期",
    "expires": "失效日期",
    "draft": "征求意见稿",
    "aliases": "别名",
    "topics": "领域",
    "replaces": "取代",
}


def settings_of(given: dict[str, Any], where: str) -> Corrected:
    """The fields given by name; raises InvalidInput naming the one that is wrong and those there are."""
    try:
        made = Corrected.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if name not in _LABELS:
            known = "、".join(f"{field}（{label}）" for field, label in _LABELS.items())
            raise InvalidInput(f"{where}：没有“{name}”这一项。可以设：{known}") from error
        hint = "日期写成 2026-01-31 这样的形式" if "date" in first["type"] else first["msg"]
        raise InvalidInput(f"{where}：{_LABELS[name]}（{name}）的值“{first['input']}”不对，{hint}") from error
    if made.key is not None and not KEY.fullmatch(made.key):
        raise InvalidInput(f"{where}：键“{made.key}”只能用小写字母、数字和连字符，最多 40 个")
    return made


def read_corrected(path: Path) -> dict[str, Corrected]:
    """A YAML file `文件名: {title: …, issued: …}`, by file name; raises InvalidInput."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InvalidInput(f"读不了 {path}：{why(error)}") from error
    if not isinstance(data, dict) or not all(isinstance(fields, dict) for fields in data.values()):
        raise InvalidInput(
            f"{path} 应写成“文件名: {{title: 题名, issued: 2026-01-31}}”的形式，写法见 docs/documents.md"
        )
    return {str(name): settings_of(fields, f"{path} 的 {name}") for name, fields in data.items()}


def corrected(entry: DocumentEntry, given: Corrected) -> DocumentEntry:
    """The entry with the user's fields in place."""
    plain = {
        name: value
        for name in ("title", "issuers", "issued", "aliases", "topics")
        if (value := getattr(given, name)) is not None
    }
    if given.number is not None:
        plain["number"] = numbered(given.number) or given.number
    if given.key is not None:
        plain["key"] = given.key
    rules = entry.validity
    changed: dict[str, Any] = {}
    if given.effective:
        changed["effective"] = Effective(start="date", on=given.effective)
    elif given.issued and rules.effective is None and not rules.draft:
        changed["effective"] = Effective(start="issued")
    if given.expires:
        changed["ends"] = Ends(until="date", on=given.expires)
    if given.draft is not None:
        changed["draft"] = rules.draft or Draft(unit="", quote="") if given.draft else None
    return entry.model_copy(update={**plain, "validity": rules.model_copy(update=changed)})
