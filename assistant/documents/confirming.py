"""Asking the user before anything is changed."""

import sys

import click

from corpus.errors import InvalidInput

__all__ = ["agreed", "confirmed"]


def confirmed(count: int) -> bool:
    """Whether the documents shown are to be added; raises InvalidInput where nobody can be asked."""
    return agreed(
        f"加入以上 {count} 份新文件？有不对的请答 n，用 --set 项=值 或 --catalogue 改正后再来",
        "；有不对的用 --set 项=值 或 --catalogue FILE 改正",
    )


def agreed(question: str, also: str = "") -> bool:
    """The answer of the user at a terminal; raises InvalidInput where there is none."""
    if not sys.stdin.isatty():
        raise InvalidInput(f"没有终端可以确认，什么都没有改。核对无误后加 --yes 再运行{also}")
    return click.confirm(question, default=False, err=True)
