"""Settings from the environment and one TOML file: the only place that reads them.

`ZHENGCE_CONFIG` names the file. Its keys are the names of the settings, those of the service stand under
`[service]`; the environment goes before the file.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from corpus.errors import InvalidInput
from corpus.why import why

__all__ = ["CONFIG", "FileSettings", "Settings", "load", "load_settings"]

REPOSITORY = Path(__file__).resolve().parent.parent
CONFIG = "ZHENGCE_CONFIG"
"""The environment variable that names the configuration file."""

SECTIONS = ("service", "wechat", "page")
_SECRET = re.compile("key|secret|token$|redis")


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
    documents: Path | None = Field(
        default=None, description="自己加入的文件（zhengce index add）存放的目录；不设则用 home 下的 corpus"
    )
    embedding_model: str | None = Field(
        default=None,
        description="sentence-transformers 模型的名称或目录；不设则用内置的 multilingual-e5-small",
    )
    embedding_base_url: str = Field(
        default="",
        pattern=r"^$|^https?://\S+$",
        description="向量服务的地址（与 OpenAI 兼容，其下有 /embeddings）；设了以后 embedding_model 是它那里的模型名，换了要重建索引",
    )
    embedding_api_key: SecretStr = Field(default=SecretStr(""), description="向量服务的密钥；不要密钥的不设")
    rerank_base_url: str = Field(
        default="",
        pattern=r"^$|^https?://\S+$",
        description="重排序服务的地址（其下有 /rerank，Jina、Cohere、vLLM 的格式）；不设则用自带的排序",
    )
    rerank_api_key: SecretStr = Field(default=SecretStr(""), description="重排序服务的密钥；不要密钥的不设")
    rerank_model: str = Field(default="", description="重排序模型的名称；与 rerank_base_url 一起设")
    rerank_units: int = Field(default=20, ge=2, le=100, description="把自带排序的前多少条交给重排序服务")
    retrieval_seconds: float = Field(
        default=3.0,
        gt=0,
        le=60,
        description="向量服务和重排序服务一次最多等多少秒，超过就用自带的检索",
    )
    dense_backend: Literal["auto", "exact", "chroma"] = Field(
        default="auto", description="向量检索方式：auto 在条款不多时精确扫描，多了用 Chroma"
    )
    chroma_url: str = Field(
        default="",
        pattern=r"^$|^https?://[^/\s]+/?$",
        description="Chroma 服务（chroma run）的地址，如 http://10.0.0.5:8000；不设则用索引目录里的 Chroma",
    )
    model_base_url: str = Field(
        default="",
        pattern=r"^$|^https?://\S+$",
        description="大模型的地址（与 OpenAI 兼容，一般以 /v1 结尾）；不设则不用大模型，见 model.md",
    )
    model_api_key: SecretStr = Field(default=SecretStr(""), description="大模型的密钥；本机的模型可以不设")
    model_name: str = Field(default="", description="大模型的名称；与 model_base_url 一起设")
    model_seconds: float = Field(
        default=20.0,
        ge=1,
        le=600,
        description="大模型最多用多少秒，超过就给离线的回答；要小于服务的 timeout_seconds",
    )
    model_steps: int = Field(
        default=6, ge=1, le=20, description="一个问题最多请求大模型多少次（含查条文、试算和改写）"
    )
    model_max_tokens: int = Field(default=1500, ge=64, le=32_768, description="大模型一次最多写多少 token")
    model_context_chars: int = Field(
        default=16_000, ge=1000, le=1_000_000, description="一次最多给大模型多少字的资料，超出的条文不给"
    )
    model_daily_tokens: int = Field(
        default=0, ge=0, description="每个密钥每天最多用多少 token，用完以后给离线的回答；0 为不限"
    )
    model_price_in: float = Field(
        default=0.0, ge=0, description="每百万输入 token 多少元，用来在指标里算费用"
    )
    model_price_out: float = Field(default=0.0, ge=0, description="每百万输出 token 多少元")
    model_mask: bool = Field(
        default=True,
        description="发给大模型之前把问题里的姓名、企业名称、电话、邮箱、身份证号和统一社会信用代码换成代号",
    )

    model_rewrite: bool = Field(
        default=False,
        description="追问先由大模型改写成完整的问题；带进了对话里没有的数字、文件或条号就不用，占 model_seconds 的四分之一",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.model_base_url) != bool(self.model_name):
            missing = "model_name" if self.model_base_url else "model_base_url"
            raise ValueError(
                f"用大模型要同时设 model_base_url 和 model_name，缺 {missing}（见 docs/model.md）"
            )
        if bool(self.rerank_base_url) != bool(self.rerank_model):
            missing = "rerank_model" if self.rerank_base_url else "rerank_base_url"
            raise ValueError(f"用重排序服务要同时设 rerank_base_url 和 rerank_model，缺 {missing}")
        if self.embedding_base_url and not self.embedding_model:
            raise ValueError("用向量服务要同时设 embedding_base_url 和 embedding_model，缺 embedding_model")
        return self

    @property
    def own_documents(self) -> Path:
        """Where the documents are kept that the user added."""
        return self.documents or self.home / "corpus"


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
        raise InvalidInput(f"读不了 {CONFIG} 指定的配置文件 {name}：{why(error)}") from error
    except ValueError as error:
        raise InvalidInput(f"配置文件 {name} 不是 UTF-8 的 TOML：{error}") from error
