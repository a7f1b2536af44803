"""One answer as a small page for phones, for whoever holds its link."""

import asyncio
import re
import secrets
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markupsafe import Markup

from assistant.service.deps import PartsDep
from assistant.service.store.tables import AnswerRow

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parents[1] / "pages"
_TEMPLATES = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True)
# Answers hold emphasis, lists and quotes; HTML and links in them would be the user's own words.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink", "html_inline"])
_SPACE = re.compile(r"[\s>]")
_VALIDITY = {
    "in_force": "现行有效",
    "not_yet": "尚未生效",
    "expired": "已过有效期",
    "repealed": "已废止",
    "draft": "征求意见稿",
}


@router.get("/a/{page_id}")
async def answer_page(page_id: str, parts: PartsDep) -> HTMLResponse:
    """Conclusion, derivation and quotes; 404 for what was never there and for what has expired."""
    found = await asyncio.to_thread(parts.channels.mailbox.page, page_id[:64])
    if found is None:
        return _page("gone.html.j2", 404)
    page, row = found
    if row is None:
        return _page("waiting.html.j2", 200)
    return _page("answer.html.j2", 200, **_shown(row), expires=page.expires_at.date())


def _shown(row: AnswerRow) -> dict[str, object]:
    answer = row.answer
    said = _squeezed(answer["answer"])
    steps = (answer["calculation"] or {}).get("steps", [])
    return {
        "question": row.question,
        "answer": Markup(_MARKDOWN.render(answer["answer"])),
        "steps": [] if all(_squeezed(step) in said for step in steps) else steps,
        "citations": [
            {**citation, "is_said": _squeezed(citation["quote"]) in said} for citation in answer["citations"]
        ],
        "validity": _VALIDITY,
        "as_of": row.as_of,
    }


def _squeezed(text: str) -> str:
    """`text` without spaces and the marks of quotes, to see whether an answer holds it."""
    return _SPACE.sub("", text)


def _page(name: str, status: int, **values: object) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    headers = {
        "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return HTMLResponse(_TEMPLATES.get_template(name).render(values, nonce=nonce), status, headers)
