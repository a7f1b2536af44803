"""Settings of WeChat and 企业微信, from the environment and the table `[wechat]` of the configuration file."""

import re
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from assistant.settings import FileSettings

__all__ = ["ChannelSettings"]

_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
_WELCOME = (
    "您好，我回答北京市支持政策的问题，每句话注明条款，金额给出算式。"
    "直接发问题就可以，例如：首创产品第一个合同1200万，国内首创，能补多少？"
)
_NONE = SecretStr("")


class ChannelSettings(FileSettings):
    """What can be set about the channels, each by `ZHENGCE_WECHAT_` and its name in capitals."""

    section: ClassVar[str | None] = "wechat"
    model_config = SettingsConfigDict(env_prefix="ZHENGCE_WECHAT_", frozen=True, extra="forbid")

    mp_app_id: str = Field(default="", description="公众号的 AppID；设了 mp_token 才接公众号")
    mp_token: SecretStr = Field(default=_NONE, description="公众号“服务器配置”里的 Token")
    mp_aes_key: SecretStr = Field(
        default=_NONE, description="公众号的 EncodingAESKey（43 个字符）；设了就只收加密的消息，不设只收明文"
    )
    mp_secret: SecretStr = Field(
        default=_NONE, description="公众号的 AppSecret，用来发客服消息；不设时来不及的回答只能点链接看"
    )
    work_corp_id: str = Field(default="", description="企业微信的企业 ID；设了 work_token 才接企业微信应用")
    work_agent_id: int = Field(default=0, ge=0, description="企业微信应用的 AgentId")
    work_token: SecretStr = Field(default=_NONE, description="企业微信应用“接收消息”里的 Token")
    work_aes_key: SecretStr = Field(default=_NONE, description="企业微信应用的 EncodingAESKey（43 个字符）")
    work_secret: SecretStr = Field(default=_NONE, description="企业微信应用的 Secret，用来主动发消息")
    bot_token: SecretStr = Field(default=_NONE, description="企业微信智能机器人的 Token；设了才接智能机器人")
    bot_aes_key: SecretStr = Field(default=_NONE, description="智能机器人的 EncodingAESKey（43 个字符）")

    public_url: str = Field(
        default="",
        pattern=r"^$|^https?://\S*[^/\s]$",
        description="手机上能打开的本服务地址，如 https://zhengce.example.cn；设了才在回答后面附全文链接",
    )
    page_days: int = Field(default=7, ge=1, le=365, description="全文页面保留多少天")
    welcome: str = Field(default=_WELCOME, max_length=600, description="关注、进入会话时的欢迎语")
    reply_seconds: float = Field(
        default=4.0, gt=0, le=4.8, description="平台等 5 秒；最多用这么久当场回复，来不及的回答随后再发"
    )
    fresh_seconds: int = Field(
        default=300, ge=10, le=3600, description="请求的时间戳与本机时钟最多差多少秒，超出的不收"
    )
    pause_minutes: int = Field(
        default=30, ge=0, description="隔了多少分钟没有说话就算新的一段对话，不再联系上文"
    )
    mp_api: str = Field(
        default="https://api.weixin.qq.com", pattern=r"^https?://\S*[^/\s]$", description="公众号接口的地址"
    )
    work_api: str = Field(
        default="https://qyapi.weixin.qq.com",
        pattern=r"^https?://\S*[^/\s]$",
        description="企业微信接口的地址",
    )

    @field_validator("mp_aes_key", "work_aes_key", "bot_aes_key")
    @classmethod
    def _whole(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _AES_KEY.fullmatch(value.get_secret_value()):
            raise ValueError("EncodingAESKey 是 43 个字母和数字")
        return value

    @model_validator(mode="after")
    def _together(self) -> "ChannelSettings":
        needed = {
            "mp_token": ("mp_app_id",),
            "work_token": ("work_corp_id", "work_aes_key", "work_agent_id"),
            "bot_token": ("bot_aes_key",),
            "mp_secret": ("mp_token",),
            "work_secret": ("work_token",),
        }
        for name, others in needed.items():
            missing = [other for other in others if not _given(getattr(self, other))]
            if _given(getattr(self, name)) and missing:
                raise ValueError(f"设了 {name} 还要设 {'、'.join(missing)}")
        return self


def _given(value: object) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
