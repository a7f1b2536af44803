"""Settings of the page, from the environment and the table `[page]` of the configuration file."""

from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from assistant.settings import FileSettings

__all__ = ["PageSettings"]

_SHORTEST = 8


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
    admin_password: SecretStr = Field(
        default=SecretStr(""),
        description="“管理”页的口令，至少 8 个字符；也可以写 python -m ui.password 得出的散列",
    )
    admin_emails: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="用单点登录（secrets.toml 的 [auth]）时谁能进“管理”页，邮箱用逗号分开",
    )
    data: Path | None = Field(
        default=None, description="对话等页面数据放在哪个目录；不设则放在索引目录下的 page"
    )

    @field_validator("admin_emails", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("admin_password")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SHORTEST:
            raise ValueError(f"口令至少要有 {_SHORTEST} 个字符")
        return value

    def folder(self, home: Path) -> Path:
        """Where the page keeps its data."""
        return self.data or home / "page"
