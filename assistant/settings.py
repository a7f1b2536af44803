"""Settings from the environment: the only place that reads it."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import InvalidInput

__all__ = ["Settings", "load_settings"]

REPOSITORY = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything that can be set, each by `ZHENGCE_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ZHENGCE_", frozen=True, extra="forbid")

    home: Path = Field(default=REPOSITORY / ".zhengce", description="索引和模型所在的目录")
    embedding_model: str | None = Field(
        default=None,
        description="sentence-transformers 模型的名称或目录；不设则用内置的 multilingual-e5-small",
    )
    dense_backend: Literal["auto", "exact", "chroma"] = Field(
        default="auto", description="向量检索方式：auto 在条款不多时精确扫描，多了用 Chroma"
    )


def load_settings() -> Settings:
    """The settings of this process; raises InvalidInput naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ZHENGCE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidInput(f"环境变量 {name} 的值“{first['input']}”不对：{first['msg']}") from error
