"""Where an installation keeps what must not be lost."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from assistant.service.settings import ServiceSettings
from assistant.settings import CONFIG, load, load_settings
from assistant.upkeep.contents import Root, roots
from indexer.versions import Versions
from ui.settings import PageSettings

__all__ = ["Places"]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders, the database and the settings file of one installation."""

    home: Path
    page: Path
    database: str
    config: Path | None = None

    @classmethod
    def of_environment(cls) -> Self:
        """Those that the settings name; raises InvalidInput."""
        home = load_settings().home
        named = os.environ.get(CONFIG)
        return cls(
            home=home,
            page=load(PageSettings).folder(home),
            database=load(ServiceSettings).database(home),
            config=Path(named).expanduser() if named else None,
        )

    @property
    def roots(self) -> tuple[Root, ...]:
        """The folders that are backed up."""
        return roots(self.home, self.page, self.database)

    @property
    def versions(self) -> Versions:
        """The versions of the index."""
        return Versions(self.home)
