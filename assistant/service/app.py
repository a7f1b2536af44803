"""The application: what surrounds every request, and the routes, listed once."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from pydantic.json_schema import models_json_schema
from starlette.middleware.cors import CORSMiddleware

from assistant.service.channels.settings import ChannelSettings
from assistant.service.living import living
from assistant.service.logs import route_logs
from assistant.service.metrics import Metrics
from assistant.service.observing import Observing
from assistant.service.problems import SHAPES, add_handlers, documented
from assistant.service.routes import ask, channels, conversations, dify, health, openai, pages, reading, rules
from assistant.service.settings import ServiceSettings
from assistant.service.tracing import Tracing, open_tracing
from assistant.settings import Settings, load, load_settings

__all__ = ["create_app", "from_environment"]

ROUTERS: tuple[APIRouter, ...] = (
    ask.router,
    conversations.router,
    reading.router,
    rules.router,
    openai.router,
    dify.router,
    channels.router,
    pages.router,
    health.router,
)

_ABOUT = """回答北京市支持政策的问题：每句话注明条款，每个金额给出可以核对的算式。

出错时返回 `application/problem+json`：`code` 固定不变，`detail` 是说明原因和出路的一句话。
`/v1/chat/completions` 和 `/v1/chat-messages` 分别用 OpenAI 和 Dify 的出错格式。"""


def from_environment() -> FastAPI:
    """The application for `uvicorn --factory assistant.service.app:from_environment`; raises InvalidInput."""
    return create_app(load_settings(), load(ServiceSettings), load(ChannelSettings))


def create_app(settings: Settings, service: ServiceSettings, channel: ChannelSettings) -> FastAPI:
    """The application; the index loads in the background, and what is kept is ready when requests come."""
    route_logs()
    metrics = Metrics(service.metrics_folder)
    tracing = open_tracing(service.otel_endpoint)
    # Its pages load scripts and styles from this server, not from a network that may not be there.
    app = FastAPIOffline(
        title="zhengce 政策问答",
        description=_ABOUT,
        version=version("zhengce"),
        lifespan=living(settings, service, channel, metrics, tracing),
        responses=documented(media="application/problem+json"),
        generate_unique_id_function=_operation,
    )
    _surround(app, service, metrics, tracing)
    add_handlers(app)
    # On the routes and not the application, whose own limit would answer in plain text.
    limited = APIRouter(max_body_size=service.max_body_bytes)
    for router in ROUTERS:
        limited.include_router(router)
    app.include_router(limited)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _surround(app: FastAPI, service: ServiceSettings, metrics: Metrics, tracing: Tracing) -> None:
    app.add_middleware(Observing, metrics=metrics, tracing=tracing, max_body=service.max_body_bytes)
    if service.cors_origins:
        # Outermost: a web page must be able to read every problem.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=service.cors_origins,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("Authorization", "Content-Type", "X-Request-Id"),
            expose_headers=("X-Request-Id", "Retry-After"),
        )


def _operation(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description of the API, with the one shape of errors that all routes share."""
    if app.openapi_schema is None:
        described = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = described["components"]["schemas"]
        reference = "#/components/schemas/{model}"
        _, shapes = models_json_schema([(shape, "serialization") for shape in SHAPES], ref_template=reference)
        schemas |= shapes["$defs"]
        app.openapi_schema = described
    return app.openapi_schema
