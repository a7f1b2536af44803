"""What routes depend on, as named types."""

import hashlib
import hmac
import math
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.bootstrap import Serving
from assistant.service.answering import Answering
from assistant.service.channels.wiring import Channels
from assistant.service.engine import Engine
from assistant.service.limits import RateLimit
from assistant.service.metrics import Metrics
from assistant.service.problems import Problem
from assistant.service.settings import ServiceSettings
from assistant.service.store.store import Store

__all__ = [
    "LOCAL",
    "AnsweringDep",
    "EngineDep",
    "Owner",
    "OwnerDep",
    "Parts",
    "PartsDep",
    "ServingDep",
    "StoreDep",
    "identify",
    "owner_of_key",
    "parts_of",
    "serving_of",
]

LOCAL = "local"
"""The owner of everything where no keys are set."""

Owner = str

_bearer = HTTPBearer(auto_error=False, description="密钥；服务没有设密钥时可以不带")


@dataclass(frozen=True, slots=True)
class Parts:
    """What one application is made of; built at start, closed at its end."""

    settings: ServiceSettings
    engine: Engine
    store: Store
    metrics: Metrics
    answering: Answering
    rate: RateLimit
    channels: Channels


async def parts_of(request: Request) -> Parts:
    """The parts of the application that serves this request."""
    parts: Parts = request.app.state.parts
    return parts


PartsDep = Annotated[Parts, Depends(parts_of)]


def owner_of_key(key: str) -> Owner:
    """The name under which a key's data is kept; the key cannot be had from it."""
    return "key-" + hashlib.sha256(key.encode()).hexdigest()[:32]


async def identify(
    request: Request,
    parts: PartsDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Owner:
    """Who asks, when it may ask now; raises Problem 401 for a wrong key, 429 for too many requests."""
    address = request.client.host if request.client else ""
    keys = [key.get_secret_value() for key in parts.settings.api_keys]
    given = credentials.credentials if credentials else ""
    known = [key for key in keys if hmac.compare_digest(key.encode(), given.encode())]
    seconds = parts.rate.wait(known[0] if known else address)
    if seconds:
        wait = math.ceil(seconds)
        raise Problem(429, f"请求太频繁，请 {wait} 秒后再试。", retry_after=wait)
    if keys and not known:
        said = "密钥不对" if given else "没有带密钥"
        raise Problem(401, f"{said}。请在请求头里写 Authorization: Bearer 密钥。")
    return owner_of_key(known[0]) if known else LOCAL


async def serving_of(parts: PartsDep) -> Serving:
    """What serves now; raises what `Engine.serving` raises."""
    return parts.engine.serving()


async def _store(parts: PartsDep) -> Store:
    return parts.store


async def _engine(parts: PartsDep) -> Engine:
    return parts.engine


async def _answering(parts: PartsDep) -> Answering:
    return parts.answering


OwnerDep = Annotated[Owner, Depends(identify)]
StoreDep = Annotated[Store, Depends(_store)]
EngineDep = Annotated[Engine, Depends(_engine)]
AnsweringDep = Annotated[Answering, Depends(_answering)]
ServingDep = Annotated[Serving, Depends(serving_of)]
