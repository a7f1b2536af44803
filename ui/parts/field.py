"""One field of a form, whatever it asks for."""

import streamlit as st

from ui.backend.computed import Field
from ui.backend.items import number_of, written

__all__ = ["field_widget", "held"]

_YES_NO = ("是", "否")
_OPEN = "不清楚可不填"


def field_widget(field: Field, key: str, label: str) -> str | None:
    """The field, drawn; returns what calculating reads, None where it was left open."""
    if field.kind == "choice":
        labels = dict(field.choices)
        return st.selectbox(
            label,
            list(labels),
            index=None,
            key=key,
            format_func=labels.__getitem__,
            placeholder="不清楚",
            help=field.hint,
            persist_state="session",
        )
    if field.kind == "flag":
        return st.segmented_control(label, _YES_NO, key=key, help=field.hint, persist_state="session")
    number = _number(field, key, f"{label}（{field.unit}）" if field.unit else label)
    return None if number is None else written(number, field.unit)


def held(field: Field, value: str) -> str | float | int | None:
    """A value that calculating reads as the widget holds it; None where it cannot."""
    if field.kind == "flag":
        return value if value in _YES_NO else None
    if field.kind == "choice":
        return next((name for name, label in field.choices if value in (name, label)), None)
    number = number_of(value, field.unit)
    if number is None or (field.low is not None and number < field.low):
        return None
    return int(number) if field.kind == "whole" else number


def _number(field: Field, key: str, label: str) -> float | int | None:
    if field.kind == "whole":
        low = None if field.low is None else int(field.low)
        high = None if field.high is None else int(field.high)
        return st.number_input(
            label, low, high, None, 1, key=key, help=field.hint, placeholder=_OPEN, persist_state="session"
        )
    return st.number_input(
        label,
        field.low,
        field.high,
        None,
        1.0,
        "%g",
        key=key,
        help=field.hint,
        placeholder=_OPEN,
        persist_state="session",
    )
