"""The form of a support item, made from the fields of its rule."""

from collections.abc import Sequence

import streamlit as st

from ui.backend.computed import Field, Given, Item
from ui.parts.field import field_widget, held

__all__ = ["fill_in", "filled", "forget"]

_MOST_ROWS = 20
_ROLES = {"main": "决定金额的情况", "own": "本项条件", "common": "各项通用的条件"}
_ROW_WORDS = {"item": "笔", "year": "年"}


def filled(item: Item) -> Given:
    """The form of the item, drawn; returns what is filled in, what was left open left out."""
    given: dict[str, str | tuple[str, ...]] = {}
    for role, title in _ROLES.items():
        fields = [field for field in item.fields if field.role == role]
        single = [field for field in fields if field.many == "no"]
        if not fields:
            continue
        folded = role == "common"
        with st.expander(
            f"{title}（不填视为符合，共 {len(fields)} 项）" if folded else title,
            expanded=not folded,
            key=f"fields_{item.rule}_{role}",
        ):
            for many in ("item", "year"):
                listed = [field for field in fields if field.many == many]
                if listed:
                    given |= _rows(item.rule, listed, _ROW_WORDS[many])
            given |= _column(item.rule, single)
    return given


def fill_in(item: Item, given: Given) -> None:
    """Put these values into the form with the next run, nothing else. For callbacks."""
    forget(item)
    longest = 1
    for field in item.fields:
        value = given.get(field.name)
        if value is None:
            continue
        values = value if isinstance(value, tuple) else (value,)
        longest = max(longest, len(values))
        for row, one in enumerate(values):
            st.session_state[_key(item.rule, field, row)] = held(field, one)
    st.session_state[_count(item.rule)] = longest


def forget(item: Item) -> None:
    """Empty the form. For callbacks."""
    for field in item.fields:
        for row in range(_MOST_ROWS):
            if (key := _key(item.rule, field, row)) in st.session_state:
                st.session_state[key] = None
    st.session_state[_count(item.rule)] = 1


def _column(rule: str, fields: Sequence[Field]) -> dict[str, str]:
    values = {field.name: field_widget(field, _key(rule, field, 0), field.label) for field in fields}
    return {name: value for name, value in values.items() if value is not None}


def _rows(rule: str, fields: Sequence[Field], word: str) -> dict[str, str | tuple[str, ...]]:
    """Fields that take several values: a row for each."""
    count = st.session_state.setdefault(_count(rule), 1)
    values: dict[str, list[str | None]] = {field.name: [] for field in fields}
    for row in range(count):
        if count > 1:
            st.caption(f"第 {row + 1} {word}")
        for field in fields:
            label = field.label if count == 1 else f"{field.label}（第{row + 1}{word}）"
            values[field.name].append(field_widget(field, _key(rule, field, row), label))
    with st.container(horizontal=True):
        st.button(
            f"再加一{word}",
            key=f"more_{rule}_{word}",
            icon=":material/add:",
            disabled=count >= _MOST_ROWS,
            on_click=_resize,
            args=[rule, 1],
        )
        if count > 1:
            st.button(
                f"去掉第 {count} {word}",
                key=f"less_{rule}_{word}",
                icon=":material/remove:",
                on_click=_resize,
                args=[rule, -1],
            )
    return {name: given for name, found in values.items() if (given := _listed(found))}


def _listed(values: Sequence[str | None]) -> str | tuple[str, ...]:
    """Rows that were left empty at the end do not count."""
    known = [value for value in values if value is not None]
    return known[0] if len(known) == 1 else tuple(known)


def _resize(rule: str, change: int) -> None:
    count = st.session_state.get(_count(rule), 1) + change
    st.session_state[_count(rule)] = max(1, min(_MOST_ROWS, count))


def _key(rule: str, field: Field, row: int) -> str:
    return f"in_{rule}_{field.name}_{row}"


def _count(rule: str) -> str:
    return f"rows_{rule}"
