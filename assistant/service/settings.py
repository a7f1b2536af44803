"""Settings of the service, from the environment and the table `[service]` of the configuration file."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from assistant.question import QUESTION_LIMIT
from assistant.settings import FileSettings

__all__ = ["ServiceSettings"]

_SHORTEST_KEY = 8
_MOST_UNASKED = 4
_ORIGIN = re.compile(r"\*|https?://[^/\s,]+")


class ServiceSettings(FileSettings):
    """Everything about serving that can be set, each by `ZHENGCE_SERVICE_` and its name in capitals."""

    section: ClassVar[str | None] = "service"
    model_config = SettingsConfigDict(
        env_prefix="ZHENGCE_SERVICE_", frozen=True, extra="forbid", populate_by_name=True
    )

    host: str = Field(default="127.0.0.1", description="监听的地址；没有密钥时只能是本机地址")
    port: int = Field(default=8000, ge=0, le=65535, description="监听的端口；0 由系统选一个")
    workers: int = Field(
        default=0,
        ge=0,
        le=64,
        description="进程数，0 为与处理器核数相同（至多 4 个）；每个进程约占 600 MB 内存",
    )
    database_url: str = Field(
        default="",
        description="会话、回答、反馈和审计记录存在哪里；不设则用索引目录下的 service.sqlite3，"
        "PostgreSQL 写 postgresql+psycopg://用户:密码@主机/库",
    )
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="固定的密钥，有全部权限，用逗号分开（TOML 里写成一列），每个至少 8 个字符；"
        "一般不用设，用 zhengce keys create 建密钥",
    )
    open_access: bool = Field(default=False, description="没有密钥也允许监听本机以外的地址")
    rate_limit: int = Field(
        default=0,
        ge=0,
        description="每个密钥（没有密钥时每个地址）每分钟最多多少次请求，0 为不限；没有设 redis_url 时按进程计；"
        "zhengce keys create --rate 另给的以那个为准",
    )
    redis_url: str = Field(
        default="",
        pattern=r"^$|^(rediss?|unix)://\S+$",
        description="Redis 的地址，如 redis://:密码@10.0.0.5:6379/0；设了以后几个进程、几台机器的频率合计",
    )
    max_body_bytes: int = Field(default=262_144, ge=1024, description="请求体最多多少字节")
    max_question_chars: int = Field(
        default=QUESTION_LIMIT, ge=1, le=QUESTION_LIMIT, description="一个问题最多多少字"
    )
    max_history_turns: int = Field(default=20, ge=0, le=200, description="回答时看此前多少个提问，更早的不看")
    threads: int = Field(default=2, ge=1, le=64, description="每个进程同时计算多少个回答")
    max_waiting: int = Field(
        default=64, ge=0, description="每个进程最多多少个请求排队等待计算，超出的立即得到 503"
    )
    remembered_answers: int = Field(
        default=1000,
        ge=0,
        description="每个进程记住多少个算过的回答：问题、此前的提问、日期和索引都相同的不再算；0 为不记",
    )
    timeout_seconds: float = Field(default=30.0, gt=0, description="一个回答最多等多少秒（含排队）")

    retention_days: int = Field(
        default=0,
        ge=0,
        description="会话、回答和反馈保留多少天，启动时和每天删除更早的；0 为一直保留",
    )
    audit_days: int = Field(default=0, ge=0, description="审计记录保留多少天；0 为一直保留")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="哪些网站的网页可以从浏览器直接调用，如 https://www.example.cn，用逗号分开；不设则都不行，* 为全部",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="日志的格式：auto 在终端上是文字，否则每行一个 JSON"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="日志记到哪一级；debug 连 /healthz、/readyz 和 /metrics 的请求也记"
    )
    log_questions: bool = Field(
        default=False, description="把问题的原文和异常的说明也写进日志，只在查问题时打开"
    )
    otel_endpoint: str = Field(
        default="",
        pattern=r"^$|^https?://\S+$",
        description="OpenTelemetry 收集器的地址，如 http://127.0.0.1:4318/v1/traces；不设则不发，"
        "要先 pip install 'zhengce[otel]'",
    )
    metrics_folder: Path | None = Field(
        default=None,
        validation_alias=AliasChoices("metrics_folder", "PROMETHEUS_MULTIPROC_DIR"),
        description="多进程时各进程放指标的目录；zhengce serve 自己设置，自己用 uvicorn 启动时才需要",
    )

    @property
    def processes(self) -> int:
        """How many processes serve: what is set, or one for each core, but few where nobody asked for many."""
        return self.workers or min(os.cpu_count() or 1, _MOST_UNASKED)

    def database(self, home: Path) -> str:
        """Where things are kept: what is set, or a file beside the index."""
        return self.database_url or f"sqlite:///{(home / 'service.sqlite3').absolute()}"

    @field_validator("api_keys", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not _ORIGIN.fullmatch(origin) for origin in value):
            raise ValueError("要写成 https://www.example.cn 这样，不带路径，或者写 *")
        return value

    @field_validator("api_keys")
    @classmethod
    def _long_enough(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < _SHORTEST_KEY for key in value):
            raise ValueError(f"密钥至少要有 {_SHORTEST_KEY} 个字符")
        return value
