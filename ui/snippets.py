"""Which words of a text answer a search, and the piece of the text around them."""

from collections.abc import Iterable

__all__ = ["literal_mask", "loose_mask", "snippet"]

_SHORTEST = 2
_BEFORE = 30
_LENGTH = 150


def literal_mask(text: str, words: Iterable[str]) -> list[bool]:
    """Where these very words stand."""
    mask, lower = [False] * len(text), text.lower()
    for word in (word.lower() for word in words if word):
        start = lower.find(word)
        while start >= 0:
            mask[start : start + len(word)] = [True] * len(word)
            start = lower.find(word, start + len(word))
    return mask


def loose_mask(text: str, query: str) -> list[bool]:
    """Where pieces of the query of two characters and more stand, the longest ones."""
    pieces, at = [], 0
    while at < len(query):
        end = at + _SHORTEST
        while end <= len(query) and query[at:end] in text:
            end += 1
        length = end - 1 - at
        if length >= _SHORTEST:
            pieces.append(query[at : at + length])
        at += max(length, 1)
    return literal_mask(text, pieces)


def snippet(text: str, mask: list[bool]) -> tuple[str, list[bool]]:
    """A piece of the text from a little before the first word on, on one line, with its part of the mask."""
    first = mask.index(True) if True in mask else 0
    start = max(0, first - _BEFORE)
    end = min(len(text), start + _LENGTH)
    shown, marks = text[start:end].replace("\n", " "), mask[start:end]
    if start:
        shown, marks = f"…{shown}", [False, *marks]
    if end < len(text):
        shown, marks = f"{shown}…", [*marks, False]
    return shown, marks
