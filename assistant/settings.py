"""Settings from the environment and one TOML file: the only place that reads them.

`ZHENGCE_CONFIG` names the file. Its keys are the names of the settings, those of the service stand under
`[service]`; the environment goes before the file.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from corpus.errors import InvalidInput

__all__ = ["CONFIG", "FileSettings", "Settings", "load", "load_settings"]

REPOSITORY = Path(__file__).resolve().parent.parent
CONFIG = "ZHENGCE_CONFIG"
"""The environment variable that names the configuration file."""

SECTIONS = ("service", "wechat", "page")
_SECRET = re.compile("key|secret|token|redis")


class FileSettings(BaseSettings):
    """Settings that the configuration file may hold too, in its table `section` or at its top."""

    section: ClassVar[str | None] = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed, then the environment, then the file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, _table(cls.section))


class Settings(FileSettings):
    """What every command needs, each by `ZHENGCE_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ZHENGCE_", frozen=True, extra="forbid")

    home: Path = Field(default=REPOSITORY / ".zhengce", description="索引和模型所在的目录")
    embedding_model: str | None = Field(
        default=None,
        description="sentence-transformers 模型的名称或目录；不设则用内置的 multilingual-e5-small",
    )
    dense_backend: Literal["auto", "exact", "chroma"] = Field(
        default="auto", description="向量检索方式：auto 在条款不多时精确扫描，多了用 Chroma"
    )
    chroma_url: str = Field(
        default="",
        pattern=r"^$|^https?://[^/\s]+/?$",
        description="Chroma 服务（chroma run）的地址，如 http://10.0.0.5:8000；不设则用索引目录里的 Chroma",
    )


_S = TypeVar("_S", bound=FileSettings)


def load_settings() -> Settings:
    """The settings of this process; raises InvalidInput naming the setting that is wrong."""
    return load(Settings)


def load(kind: type[_S], **given: Any) -> _S:
    """The settings of one kind, `given` before all; raises InvalidInput naming the one that is wrong."""
    try:
        return kind(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        if not name:
            raise InvalidInput(f"设置不对：{said}") from error
        variable = f"{kind.model_config.get('env_prefix', '')}{name}".upper()
        value = "" if _SECRET.search(name) else f"的值“{first['input']}”"
        raise InvalidInput(f"设置 {name}（环境变量 {variable}）{value}不对：{said}") from error


def _table(section: str | None) -> dict[str, Any]:
    """The keys of one table of the file, or those at its top."""
    content = _file()
    if section is None:
        return {key: value for key, value in content.items() if key not in SECTIONS}
    table = content.get(section, {})
    if not isinstance(table, dict):
        raise InvalidInput(f"配置文件里的 {section} 要写成一节：[{section}]")
    return table


def _file() -> dict[str, Any]:
    name = os.environ.get(CONFIG)
    if not name:
        return {}
    try:
        return tomllib.loads(Path(name).expanduser().read_text("utf-8"))
    except OSError as error:
        raise InvalidInput(f"读不了 {CONFIG} 指定的配置文件 {name}：{error.strerror}") from error
    except ValueError as error:
        raise InvalidInput(f"配置文件 {name} 不是 UTF-8 的 TOML：{error}") from error
