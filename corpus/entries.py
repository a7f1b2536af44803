"""The typed form of documents.yaml and corrections.yaml; a key that is not known here is an error."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import CatalogueError
from corpus.why import why

__all__ = [
    "Catalogue",
    "Correction",
    "DocumentEntry",
    "Draft",
    "Effective",
    "Ends",
    "Evidence",
    "Period",
    "Repeal",
    "SourceEntry",
    "ValidityRules",
    "read_catalogue",
    "read_corrections",
]


T = TypeVar("T", bound=BaseModel)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Evidence(_Entry):
    """Words of the document, verbatim but for whitespace, and the unit that they stand in.

    `doc` is the key of the document, where it is not the one that the words are told of.
    """

    unit: str
    quote: str
    doc: str = ""


class SourceEntry(_Entry):
    """A source file with its digest and what in it belongs to no document.

    `furniture` are the numbers of single lines of that kind, from 1 on; `added` the day on which a user added the file.
    """

    file: str
    sha256: str
    name: str = ""
    published: date | None = None
    ornaments: tuple[str, ...] = ()
    colophon: str | None = None
    furniture: tuple[int, ...] = ()
    added: date | None = None


class Effective(_Entry):
    """From when a document holds: `days` after issue, from the first day of its period, or from the day `on`."""

    start: Annotated[Literal["issued", "period", "date"], Field(alias="from")]
    days: int = 0
    on: date | None = None
    unit: str = ""
    quote: str = ""


class Ends(_Entry):
    """Until when it holds: `years` after it took effect, the last day of its period, or the day `on`."""

    years: int | None = None
    until: Literal["period", "date"] | None = None
    on: date | None = None
    unit: str = ""
    quote: str = ""


class Draft(Evidence):
    """The words that show a text to be a draft."""


class ValidityRules(_Entry):
    """How the dates of validity follow from the text."""

    effective: Effective | None = None
    ends: Ends | None = None
    draft: Draft | None = None
    note: str = ""


class Period(Evidence):
    """Years that the title or text names, first and last included."""

    first: int
    last: int


class Repeal(Evidence):
    """A document that this one repeals, whether or not it is in the corpus.

    `repealed` is its key where it was added as an earlier version; the words may then be missing.
    """

    title: str
    number: str
    aliases: tuple[str, ...] = ()
    repealed: str = ""


class DocumentEntry(_Entry):
    """Catalogue facts of one document.

    `place` counts, from 0 on, the documents of its source; without it the number tells which one is meant.
    """

    key: str
    number: str
    title: str
    aliases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    framework: bool = False
    issuers: tuple[str, ...] = ()
    issued: date | None = None
    source: str
    place: int | None = None
    period: Period | None = None
    validity: ValidityRules
    repeals: tuple[Repeal, ...] = ()


class Catalogue(_Entry):
    """documents.yaml."""

    sources: tuple[SourceEntry, ...]
    documents: tuple[DocumentEntry, ...]


class Correction(_Entry):
    """One OCR fault: inside the words `near` of `file`, `wrong` should read `right`."""

    file: str
    near: str
    wrong: str
    right: str
    why: str


def read_catalogue(path: Path) -> Catalogue:
    """Read documents.yaml; raises CatalogueError naming the field that is wrong."""
    return _validated(Catalogue, _load(path), path)


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read corrections.yaml; raises CatalogueError."""
    data = _load(path)
    if not isinstance(data, list):
        raise CatalogueError(f"{path.name} 应是勘误的列表；没有勘误时写 []")
    return tuple(_validated(Correction, item, path) for item in data)


def _load(path: Path) -> Any:
    """The file with every scalar as text, so that the models check dates and numbers and name their field."""
    try:
        return yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        )
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CatalogueError(f"读不了 {path.name}：{why(error)}") from error


def _validated(kind: type[T], data: Any, path: Path) -> T:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CatalogueError(f"{path.name} 的 {place} 不对：{first['msg']}") from error
