"""The endpoint: how it is asked, and what its failures are called."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from json import JSONDecodeError

import openai
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain_openai import ChatOpenAI
from langgraph.errors import GraphRecursionError

from assistant.settings import Settings
from corpus.errors import ModelFault

__all__ = ["faults_named", "open_chat"]

_NO_KEY = "none"
_UNAUTHORISED_PAUSE = 300.0
_BUSY_PAUSE = 20.0
_TOOLS = re.compile(r"\btools?\b")
_LONG = ("context_length", "context length", "maximum context", "too long", "too many tokens", "上下文")


def open_chat(settings: Settings) -> ChatOpenAI:
    """The client of the endpoint that is set; connects with the first request.

    Nothing is tried again here: what is left of the time is better spent on the offline answer, and how long to wait
    the breaker knows.
    """
    limit = {"max_tokens": settings.model_max_tokens}
    return ChatOpenAI(
        model=settings.model_name,
        base_url=settings.model_base_url,
        api_key=settings.model_api_key if settings.model_api_key.get_secret_value() else _NO_KEY,
        temperature=0,
        timeout=settings.model_seconds,
        max_retries=0,
        use_responses_api=False,
        stream_usage=True,
        # Endpoints other than OpenAI's own know the older name of this limit alone.
        extra_body=limit,
    )


@contextmanager
def faults_named() -> Iterator[None]:
    """Raises ModelFault with a stable reason for whatever endpoint and client fail with inside."""
    try:
        yield
    except ModelFault:
        raise
    except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
        raise ModelFault(
            "unauthorised", "大模型不接受这个密钥，请检查 model_api_key", _UNAUTHORISED_PAUSE
        ) from error
    except openai.RateLimitError as error:
        raise ModelFault("rate_limited", "大模型限流", _retry_after(error.response.headers)) from error
    except (openai.APITimeoutError, TimeoutError) as error:
        raise ModelFault("timeout", "大模型没有在限定的时间里回答") from error
    except openai.APIConnectionError as error:
        raise ModelFault("unreachable", "连不上大模型") from error
    except openai.APIStatusError as error:
        raise _of_status(error) from error
    except (ModelCallLimitExceededError, GraphRecursionError) as error:
        raise ModelFault("steps", "大模型用完了规定的次数也没有写出回答") from error
    except (openai.OpenAIError, JSONDecodeError) as error:
        raise ModelFault("malformed", "大模型的回复不合格式") from error
    # A broken reply makes the libraries raise whatever its shape leads them to; the user gets the offline answer.
    except Exception as error:
        raise ModelFault("malformed", "大模型的回复不合格式") from error


def _of_status(error: openai.APIStatusError) -> ModelFault:
    said = error.response.text[:2000].lower()
    if error.status_code in (400, 413, 422) and any(word in said for word in _LONG):
        return ModelFault("context", "给大模型的资料太长，请调小 model_context_chars")
    # llama.cpp without its switch for tools says so with 500.
    if error.status_code in (400, 404, 422) or _TOOLS.search(said):
        return ModelFault("refused", "大模型不接受这个请求，请检查 model_base_url 和 model_name")
    return ModelFault(
        "endpoint", f"大模型出错（{error.status_code}）", _retry_after(error.response.headers, 0.0)
    )


def _retry_after(headers: Mapping[str, str], default: float = _BUSY_PAUSE) -> float:
    try:
        return max(0.0, float(headers.get("retry-after", default)))
    except ValueError:
        return default
