"""Settings of the page, from the environment and the table `[page]` of the configuration file."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from assistant.settings import FileSettings

__all__ = ["PageSettings"]


class PageSettings(FileSettings):
    """Everything about the page that can be set, each by `ZHENGCE_PAGE_` and its name in capitals."""

    section: ClassVar[str | None] = "page"
    model_config = SettingsConfigDict(env_prefix="ZHENGCE_PAGE_", frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="监听的地址")
    port: int = Field(default=8501, ge=1, le=65535, description="监听的端口")
    api: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="政策问答服务的地址，如 http://127.0.0.1:8000；不设则在页面自己的进程里回答",
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="服务要求密钥时填在这里")
    data: Path | None = Field(
        default=None, description="对话等页面数据放在哪个目录；不设则放在索引目录下的 page"
    )

    def folder(self, home: Path) -> Path:
        """Where the page keeps its data."""
        return self.data or home / "page"
