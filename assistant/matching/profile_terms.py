"""The words of profiles as data (`corpus/profile_terms.yaml`): names of one fact, years, places, fields."""

import re
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import CatalogueError
from corpus.folding import fold
from corpus.rulebook.yaml_file import read_yaml
from corpus.rules import RULES_FOLDER

__all__ = ["Day", "Fields", "Place", "Terms", "When", "load_terms"]

_FILE = RULES_FOLDER.parent / "profile_terms.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Part):
    """Which years a name speaks of: `back` years before the last full one, or `over` several of them."""

    pattern: str = ""
    take: Literal["one", "sum", "mean", "none"] = "one"
    back: int = 0
    over: int = 1

    def same_years(self, other: "When") -> bool:
        """Whether both speak of the same years."""
        return (self.take, self.back, self.over) == (other.take, other.back, other.over)


class Day(_Part):
    """Names of a date, and the fact that the years since then are."""

    words: tuple[str, ...]
    gives: str


class Place(_Part):
    """Names of a place, and the fact that is so where it contains certain words."""

    words: tuple[str, ...]
    contains: tuple[str, ...]
    elsewhere: tuple[str, ...]
    gives: str


class Fields(_Part):
    """Names of a line of business; `label` is the pattern of the inputs that it can affirm."""

    words: tuple[str, ...]
    label: str


class Terms(_Part):
    """The whole file."""

    same: tuple[tuple[str, ...], ...]
    ignore: tuple[str, ...]
    times: tuple[When, ...]
    dates: tuple[Day, ...]
    places: tuple[Place, ...]
    fields: Fields
    lists: tuple[str, ...]

    @cached_property
    def _class_of(self) -> dict[str, str]:
        return {fold(name): fold(names[0]) for names in self.same for name in names}

    @cached_property
    def _read(self) -> dict[str, tuple[str, When]]:
        return {}

    def name_of(self, label: str) -> tuple[str, When]:
        """What fact a label names, whatever the year and the wording, and the years that it speaks of."""
        found = self._read.get(label)
        if found is None:
            found = self._read[label] = self._name_of(fold(label))
        return found

    def _name_of(self, label: str) -> tuple[str, When]:
        if label in self._class_of:
            return self._class_of[label], When()
        bare = re.sub(self.ignore[0], "", label)
        when = next((time for time in self.times if re.search(time.pattern, bare)), When())
        core = re.sub(when.pattern, "", bare, count=1) if when.pattern else bare
        for pattern in self.ignore:
            core = re.sub(pattern, "", core)
        core = core.strip("的") or label
        return self._class_of.get(core, core), when


@lru_cache(maxsize=1)
def load_terms() -> Terms:
    """The terms that this package carries; raises CatalogueError where the file is wrong."""
    source = read_yaml(_FILE)
    if source.problems:
        raise CatalogueError(str(source.problems[0]))
    try:
        return Terms.model_validate(source.data)
    except ValidationError as error:
        fault = error.errors()[0]
        raise CatalogueError(str(source.problem(fault["loc"], fault["msg"]))) from error
