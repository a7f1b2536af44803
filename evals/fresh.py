"""Homes for measurements: an index of their own, the models that are there already, no trace afterwards."""

from pathlib import Path

from assistant.settings import Settings

__all__ = ["fresh_settings"]


def fresh_settings(settings: Settings, folder: Path) -> Settings:
    """The same settings with an empty home at `folder`, which borrows the models of the home before."""
    models = settings.home / "models"
    if models.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "models").symlink_to(models.resolve())
    return settings.model_copy(update={"home": folder})
