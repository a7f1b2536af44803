"""What the log looks like: a JSON object a line, with the id of the request and without the words of users."""

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from assistant.service.settings import ServiceSettings

__all__ = ["Faults", "logging_config", "route_logs"]

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class Faults:
    """Writes an exception as the places it passed; its message may hold what a user said, and needs `is_told`."""

    def __init__(self, is_told: bool) -> None:
        self._is_told = is_told

    def __call__(self, _logger: object, _method: str, event: EventDict) -> EventDict:
        """Put the text of an exception in place of the exception."""
        given = event.pop("exc_info", None)
        error = given[1] if isinstance(given, tuple) else given
        if error is True:
            error = sys.exc_info()[1]
        if isinstance(error, BaseException):
            event["exception"] = "".join(self._lines(error))
        return event

    def _lines(self, error: BaseException) -> list[str]:
        if self._is_told:
            return traceback.format_exception(error)
        cause = error.__cause__ or error.__context__
        before = [*self._lines(cause), "\n"] if cause is not None else []
        return [*before, *traceback.format_tb(error.__traceback__), type(error).__qualname__]


def route_logs() -> None:
    """Let structlog hand over to the standard library, whose handlers `logging_config` describes."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(service: ServiceSettings) -> dict[str, Any]:
    """The configuration of all logs, ours and uvicorn's, for `logging.config.dictConfig`."""
    is_text = service.log_format == "text" or (service.log_format == "auto" and sys.stderr.isatty())
    shown: Processor = structlog.dev.ConsoleRenderer() if is_text else _json()
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": (
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            Faults(service.log_questions),
            shown,
        ),
    }
    level = service.log_level.upper()
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": formatter},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "ours",
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "assistant": {"level": level},
            "uvicorn": {"level": level},
            # Its lines hold addresses with their parameters: words searched for, signatures. Ours come instead.
            "uvicorn.access": {"level": logging.CRITICAL},
            # It would log addresses of platforms with the access token in them.
            "httpx": quiet,
        },
    }


def _json() -> structlog.processors.JSONRenderer:
    return structlog.processors.JSONRenderer(ensure_ascii=False)
