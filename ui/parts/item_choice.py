"""Choosing a support item: words, filters, then one from the list."""

from collections.abc import Iterable

import streamlit as st

from ui.backend.computed import Item
from ui.parts.badge import STATUS_WORDS
from ui.parts.chips import readable

__all__ = ["CHOSEN", "choose_item", "found_items"]

CHOSEN = "rule"
_FILTERS = ("status", "issuer", "doc", "field", "answers")


def choose_item(items: tuple[Item, ...]) -> Item | None:
    """The item that the user has chosen, None before; the address names it, so it survives a reload."""
    words = st.text_input(
        "查找支持项目",
        key="item_words",
        placeholder="如 首创、孵化器、贷款贴息",
        icon=":material/search:",
        persist_state="session",
    )
    with st.expander(f"筛选{_active()}", icon=":material/tune:", key="item_filters"):
        wanted = _filters(items)
    found = found_items(items, words, wanted)
    if not found:
        st.info("没有符合的支持项目，换个词或放宽筛选试试。", icon=":material/search_off:")
        return None
    by_rule = {item.rule: item for item in found}
    chosen = st.session_state.get(CHOSEN) or st.query_params.get(CHOSEN)
    options = list(by_rule)
    if chosen is not None and chosen not in by_rule and any(item.rule == chosen for item in items):
        # What was chosen stays, though the words now ask for others.
        by_rule[chosen] = next(item for item in items if item.rule == chosen)
        options.insert(0, chosen)
    st.session_state[CHOSEN] = chosen if chosen in by_rule else None
    rule = st.selectbox(
        f"选择支持项目（{len(found)} 项）",
        options,
        index=None,
        key=CHOSEN,
        format_func=lambda key: _line(by_rule[key]),
        placeholder="点开选择，也可以直接输入文字",
        filter_mode="contains",
        persist_state="session",
    )
    if rule is not None and st.query_params.get(CHOSEN) != rule:
        st.query_params[CHOSEN] = rule
    return by_rule.get(rule) if rule else None


def found_items(items: Iterable[Item], words: str, wanted: dict[str, list[str]]) -> list[Item]:
    """Items that hold all of the words and agree with every filter."""
    terms = words.split()
    return [
        item
        for item in items
        if all(term in _text(item) for term in terms)
        and all(not chosen or {*_values(item, name)} & {*chosen} for name, chosen in wanted.items())
    ]


def _text(item: Item) -> str:
    return " ".join(
        (item.label, *item.aliases, item.applicant, item.title, item.doc_no, item.path, item.field)
    )


def _line(item: Item) -> str:
    status = "" if item.status == "in_force" else f" · {STATUS_WORDS[item.status]}"
    return f"{item.label} · {item.number} {readable(item.path)}{status}"


def _values(item: Item, name: str) -> tuple[str, ...]:
    match name:
        case "status":
            return (STATUS_WORDS[item.status],)
        case "issuer":
            return item.issuers
        case "doc":
            return (f"{item.number} {item.title}",)
        case "field":
            return (item.field,)
    return (item.answers,)


def _filters(items: tuple[Item, ...]) -> dict[str, list[str]]:
    names = dict(zip(_FILTERS, ("文件效力", "发文部门", "文件", "领域", "性质"), strict=True))
    wanted: dict[str, list[str]] = {}
    for name, label in names.items():
        options = list(dict.fromkeys(value for item in items for value in _values(item, name)))
        wanted[name] = st.multiselect(
            label, options, key=f"item_{name}", placeholder="不限", persist_state="session"
        )
    return wanted


def _active() -> str:
    count = sum(bool(st.session_state.get(f"item_{name}")) for name in _FILTERS)
    return f"（已用 {count} 项）" if count else ""
