"""Every error as the client reads it: problem+json with a stable code and a Chinese sentence.

OpenAI's and Dify's routes answer in their own shapes, with the same codes and sentences.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from assistant.service.texts import clean
from corpus.errors import (
    IndexFault,
    IndexMissing,
    InvalidInput,
    UnknownDocument,
    UnknownRule,
    UnknownUnit,
    ZhengceError,
)

__all__ = [
    "SHAPES",
    "DifyProblem",
    "OpenAIFault",
    "OpenAIProblem",
    "Problem",
    "ProblemBody",
    "add_handlers",
    "documented",
    "problem_of",
    "problem_response",
    "shaped",
]

_log = logging.getLogger(__name__)

_TITLES = {
    400: "请求不是可用的 JSON",
    401: "需要密钥",
    403: "不允许",
    404: "没有找到",
    405: "不支持这种请求方法",
    413: "请求太大",
    422: "请求内容不对",
    429: "请求太频繁",
    500: "服务内部错误",
    503: "暂时不能服务",
}
_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    422: "invalid_request",
    429: "rate_limited",
    500: "internal",
    503: "unavailable",
}
_DETAILS = {
    400: "请求体不是 UTF-8 的 JSON，请检查后重发。",
    404: "没有这个地址，可用的接口见 /docs。",
    405: "这个地址不支持这种请求方法，可用的接口见 /docs。",
    413: "请求体太大，请缩短后重发。",
    500: "服务出错了，已记入日志；报告问题时请附上 request_id。",
}
_USER_CODES: Mapping[type[ZhengceError], tuple[int, str]] = {
    UnknownDocument: (404, "unknown_document"),
    UnknownUnit: (404, "unknown_unit"),
    UnknownRule: (404, "unknown_rule"),
    InvalidInput: (422, "invalid_input"),
    IndexMissing: (503, "index_missing"),
}
_FAULTS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项",
    "string_type": "应是文字",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 字",
    "string_unicode": "含有不成对的代理字符，不是合法的 Unicode 文字",
    "too_short": "太少，至少 {min_length} 个",
    "too_long": "太多，最多 {max_length} 个",
    "list_type": "应是一列",
    "dict_type": "应是“名称: 值”的对象",
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "bool_type": "应是 true 或 false",
    "literal_error": "应是 {expected} 之一",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "model_attributes_type": "应是 JSON 对象（Content-Type: application/json）",
    "value_error": "{error}",
}


class ProblemBody(BaseModel):
    """An error (RFC 9457): `code` is stable, `detail` a Chinese sentence that says what is wrong and the way out."""

    type: str = Field(examples=["urn:zhengce:problem:index_missing"])
    title: str = Field(examples=["暂时不能服务"])
    status: int = Field(examples=[503])
    code: str = Field(examples=["index_missing"])
    detail: str = Field(examples=["还没有索引。请运行 zhengce index build"])
    request_id: str = Field(examples=["5f0c1f6be0e94cb4a0d3c5d6e6a7b8c9"])
    errors: list[dict[str, str]] = Field(
        default=[], examples=[[{"field": "question", "message": "缺少这一项"}]]
    )


class OpenAIFault(BaseModel):
    """What is wrong, in OpenAI's words."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: None
    code: str = Field(examples=["question_too_long"])


class OpenAIProblem(BaseModel):
    """An error as OpenAI's API has it."""

    error: OpenAIFault


class DifyProblem(BaseModel):
    """An error as Dify's API has it."""

    code: str = Field(examples=["unknown_conversation"])
    message: str
    status: int = Field(examples=[404])


SHAPES: tuple[type[BaseModel], ...] = (ProblemBody, OpenAIProblem, DifyProblem)


def documented(
    shape: type[BaseModel] = ProblemBody, media: str = "application/json"
) -> dict[int | str, dict[str, Any]]:
    """The errors that a route may answer with, for OpenAPI."""
    content = {media: {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}
    return {
        status: {"description": _TITLES[status], "content": content}
        for status in (400, 401, 403, 404, 405, 413, 422, 429, 500, 503)
    }


class Problem(HTTPException):
    """A request that is answered with an error: what only the HTTP edge knows (keys, limits, ids)."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        code: str = "",
        errors: Iterable[Mapping[str, str]] = (),
        retry_after: int | None = None,
    ) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        super().__init__(status, clean(detail) or _DETAILS.get(status, _TITLES.get(status, "")), headers)
        self.code = code or _CODES.get(status, "error")
        self.errors = [dict(error) for error in errors]


def problem_of(error: BaseException) -> Problem:
    """The problem that an exception of ours, of the database or of the framework comes to."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    for kind, (status, code) in _USER_CODES.items():
        if isinstance(error, kind):
            return Problem(status, str(error), code, retry_after=5 if status == 503 else None)
    if isinstance(error, IndexFault):
        _log.error("index cannot be used: %s", error)
        return Problem(503, "索引不能使用。请运行 zhengce index build 重建。", "index_broken", retry_after=5)
    if isinstance(error, SQLAlchemyError):
        _log.error("database failed: %s", error)
        return Problem(503, "存储暂时不可用，请稍后再试。", "storage_unavailable", retry_after=5)
    if isinstance(error, HTTPException):
        problem = Problem(error.status_code)
        problem.headers = {**(error.headers or {}), **(problem.headers or {})}
        return problem
    _log.error("unexpected error", exc_info=error)
    return Problem(500)


def problem_response(problem: Problem, path: str, request_id: str) -> Response:
    """The response, in the shape of the route at `path`."""
    headers = dict(problem.headers or {})
    body = shaped(problem, path, request_id)
    kind = "application/problem+json" if "type" in body else "application/json"
    return JSONResponse(body, problem.status_code, headers, media_type=kind)


def shaped(problem: Problem, path: str, request_id: str) -> dict[str, Any]:
    """The body of an error, in the shape of the route at `path`."""
    said = problem.detail + "".join(f"{e['field']}：{e['message']}。" for e in problem.errors)
    if path.startswith(("/v1/chat/completions", "/v1/models")):
        kind = "invalid_request_error" if problem.status_code < 500 else "server_error"
        return {"error": {"message": said, "type": kind, "param": None, "code": problem.code}}
    if path.startswith("/v1/chat-messages"):
        return {"code": problem.code, "message": said, "status": problem.status_code}
    return {
        "type": f"urn:zhengce:problem:{problem.code}",
        "title": _TITLES.get(problem.status_code, "请求不能处理"),
        "status": problem.status_code,
        "code": problem.code,
        "detail": problem.detail,
        "request_id": request_id,
        "errors": problem.errors,
    }


def add_handlers(app: FastAPI) -> None:
    """Answer every exception with its problem."""

    async def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        return problem_response(problem, request.url.path, request.scope.get("request_id", ""))

    for kind in (RequestValidationError, ZhengceError, SQLAlchemyError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)


def _invalid(error: RequestValidationError) -> Problem:
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem(400, code="invalid_json")
    errors = [
        {"field": ".".join(clean(str(part))[:60] for part in fault["loc"][1:]), "message": _fault(fault)}
        for fault in faults[:20]
    ]
    return Problem(422, "请求内容有不对的地方，见各项说明。", errors=errors)


def _fault(fault: Mapping[str, Any]) -> str:
    words = _FAULTS.get(fault["type"])
    if words is None and fault["type"].startswith("date"):
        words = "应写成 2026-01-31 这样的日期"
    return (words or "值不对").format(**fault.get("ctx", {}))
