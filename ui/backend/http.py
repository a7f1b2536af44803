"""The assistant behind an address: the API of `zhengce serve`."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx

from corpus.errors import BackendFault, UnknownDocument
from ui.backend.values import (
    Document,
    Done,
    Event,
    Hit,
    Original,
    Piece,
    Reply,
    RuleFacts,
    Stage,
    UnitText,
)

__all__ = ["OverHttp"]

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 60.0
_AT_ONCE = 4
_MOST = 100
_UNREACHABLE = "连不上政策问答服务（{}）。请确认服务已启动，稍后再试。"


class OverHttp:
    """Talks to the API at `base`; `key` where the service wants one."""

    def __init__(self, base: str, key: str = "") -> None:
        self.base = base.rstrip("/")
        self._client = httpx.Client(
            base_url=self.base,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
        )

    def ready(self) -> bool:
        """Whether the service says that it can be asked."""
        try:
            return self._client.get("/readyz", timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def ask(self, question: str, history: Sequence[str]) -> Iterator[Event]:
        """Answer over the service's stream of events."""
        body = {"question": question, "history": list(history)}
        with self._mapped(), self._client.stream("POST", "/v1/ask/stream", json=body) as response:
            if response.is_error:
                response.read()
                raise _fault(response)
            for name, data in _events(response.iter_lines()):
                yield from _event(name, data)

    def rate(self, answer: str, good: bool, comment: str) -> None:
        """Send feedback to the service."""
        body = {"answer_id": answer, "rating": "up" if good else "down", "comment": comment}
        self._call("POST", "/v1/feedback", json=body)

    def documents(self) -> tuple[Document, ...]:
        """All documents, judged today by the service."""
        return tuple(map(Document.model_validate, self._call("GET", "/v1/documents")["documents"]))

    def unit(self, doc: str, label: str) -> UnitText:
        """One unit in full."""
        path = f"/v1/documents/{quote(doc, safe='')}/units/{quote(label, safe='')}"
        return UnitText.model_validate(self._call("GET", path))

    def text(self, doc: str) -> tuple[UnitText, ...]:
        """Every unit of a document, a few requests at once."""
        found = next((one for one in self.documents() if one.key == doc), None)
        if found is None:
            raise UnknownDocument(f"服务上没有文件“{doc}”。")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return tuple(pool.map(lambda unit: self.unit(doc, unit.label), found.units))

    def search(self, words: str, most: int) -> tuple[Hit, ...]:
        """Units as the service ranks them."""
        found = self._call("GET", "/v1/search", params={"q": words, "k": min(most, _MOST)})
        return tuple(map(Hit.model_validate, found["results"]))

    def containing(self, words: str, most: int) -> tuple[Hit, ...]:
        """Those of the best hundred that hold the words; the API has no search for words alone."""
        wanted = words.split()
        found = [hit for hit in self.search(words, _MOST) if all(word in hit.text for word in wanted)]
        return tuple(found[:most])

    def rules(self) -> tuple[RuleFacts, ...]:
        """Every rule of the service."""
        return tuple(map(RuleFacts.model_validate, self._call("GET", "/v1/rules")["rules"]))

    def original(self, doc: str) -> Original:
        """The text put together from the units: the API does not hand out source files."""
        units = self.text(doc)
        head = [f"{unit.title}\n{unit.doc_no}" for unit in units[:1]]
        text = "\n\n".join([*head, *(unit.text for unit in units)])
        return Original(name=f"{doc}.txt", content=text.encode(), whole=False)

    def _call(self, method: str, path: str, **given: Any) -> Any:
        with self._mapped():
            response = self._client.request(method, path, **given)
            if response.is_error:
                raise _fault(response)
            return response.json()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Errors of transport and of shape as BackendFault."""
        try:
            yield
        except httpx.TimeoutException as error:
            raise BackendFault("政策问答服务太久没有回应，请稍后再试。") from error
        except httpx.HTTPError as error:
            raise BackendFault(_UNREACHABLE.format(self.base)) from error
        except (ValueError, KeyError) as error:
            raise BackendFault("政策问答服务的回应读不懂，请确认地址和版本。") from error


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Name and data of each server-sent event."""
    name, data = "", ""
    for line in lines:
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            data += value.removeprefix(" ")
        elif not line and data:
            yield name, json.loads(data)
            name, data = "", ""


def _event(name: str, data: Any) -> Iterator[Event]:
    if name == "status":
        yield Stage(name=data["step"])
    elif name == "text":
        yield Piece(text=data["text"])
    elif name == "done":
        yield Done(reply=Reply.model_validate(data))
    elif name == "error":
        raise BackendFault(str(data.get("detail", "服务没能算出回答，请稍后再试。")))


def _fault(response: httpx.Response) -> BackendFault:
    """The service's own sentence where it gives one."""
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = None
    said = (
        detail
        if isinstance(detail, str) and detail
        else f"政策问答服务出错（{response.status_code}），请稍后再试。"
    )
    return BackendFault(said)
