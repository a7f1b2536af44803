"""What routes depend on, as named types."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from assistant.bootstrap import Serving
from assistant.service.access import Access, Caller, Owner
from assistant.service.answering import Answering
from assistant.service.channels.wiring import Channels
from assistant.service.engine import Engine
from assistant.service.keys import Scope
from assistant.service.metrics import Metrics
from assistant.service.settings import ServiceSettings
from assistant.service.store.store import Store
from corpus.errors import ZhengceError

__all__ = [
    "AdminDep",
    "AnsweringDep",
    "AskerDep",
    "CallerDep",
    "EngineDep",
    "OwnerDep",
    "Parts",
    "PartsDep",
    "ReaderDep",
    "ServingDep",
    "StoreDep",
    "parts_of",
    "serving_of",
]

_bearer = HTTPBearer(auto_error=False, description="密钥；服务没有设密钥时可以不带")


@dataclass(frozen=True, slots=True)
class Parts:
    """What one application is made of; built at start, closed at its end."""

    settings: ServiceSettings
    engine: Engine
    store: Store
    metrics: Metrics
    answering: Answering
    access: Access
    channels: Channels


async def parts_of(request: Request) -> Parts:
    """The parts of the application that serves this request."""
    parts: Parts = request.app.state.parts
    return parts


PartsDep = Annotated[Parts, Depends(parts_of)]


async def _identified(
    request: Request,
    parts: PartsDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Who asks; raises what `Access.identify` raises."""
    address = request.client.host if request.client else ""
    reached = request.scope.get("server") or ("", 0)
    return await parts.access.identify(credentials.credentials if credentials else "", address, reached[0])


CallerDep = Annotated[Caller, Depends(_identified)]
"""Anybody with a key, whatever it allows."""


async def _owner(parts: PartsDep, caller: CallerDep) -> Owner:
    parts.access.allow(caller, Scope.ASK)
    return caller.owner


async def _asker(parts: PartsDep, caller: CallerDep) -> AsyncIterator[Owner]:
    parts.access.allow(caller, Scope.ASK)
    await parts.access.spend(caller)
    try:
        yield caller.owner
    except (HTTPException, RequestValidationError, SQLAlchemyError, ZhengceError):
        await parts.access.give_back(caller)
        raise


async def _reader(parts: PartsDep, caller: CallerDep) -> None:
    parts.access.allow(caller, Scope.READ)


async def _admin(parts: PartsDep, caller: CallerDep) -> None:
    parts.access.allow(caller, Scope.ADMIN)


async def serving_of(parts: PartsDep) -> Serving:
    """What serves now; raises what `Engine.serving` raises."""
    return parts.engine.serving()


async def _store(parts: PartsDep) -> Store:
    return parts.store


async def _engine(parts: PartsDep) -> Engine:
    return parts.engine


async def _answering(parts: PartsDep) -> Answering:
    return parts.answering


OwnerDep = Annotated[Owner, Depends(_owner)]
"""Whose conversations, answers and feedback are meant."""

AskerDep = Annotated[Owner, Depends(_asker)]
"""The same for a question, which counts towards the quota unless it could not be answered."""

ReaderDep = Annotated[None, Depends(_reader)]
AdminDep = Annotated[None, Depends(_admin)]
StoreDep = Annotated[Store, Depends(_store)]
EngineDep = Annotated[Engine, Depends(_engine)]
AnsweringDep = Annotated[Answering, Depends(_answering)]
ServingDep = Annotated[Serving, Depends(serving_of)]
