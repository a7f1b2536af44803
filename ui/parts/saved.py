"""Saved calculations: side by side, and added up as far as the texts permit."""

from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st

from corpus.errors import UserError
from ui.backend.computed import Calculated, Combined, Given, Item, Left
from ui.kept import Thing
from ui.parts.badge import STATUS_WORDS
from ui.parts.chips import readable
from ui.parts.download import download
from ui.parts.errors import guarded
from ui.parts.labels import plain
from ui.parts.outcome import verdict_mark
from ui.wiring import calculating, kept

__all__ = ["given_of", "saved_view"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Row = tuple[Thing, Item, Given, Calculated]


def saved_view(who: str, open_it: Callable[[str, Given], None]) -> None:
    """The list, the comparison and the sum; `open_it` is called back to show one in the form."""
    things = kept().all(who, "calculation")
    if not things:
        st.info(
            "还没有保存的计算。算好一项后点“保存这次计算”，就能在这里比较、合算和导出。",
            icon=":material/bookmark:",
        )
        return
    st.caption("勾选的几项一起比较、合算和导出。每次打开都按现在的规则重新计算。")
    chosen = [row for thing in things if (row := _listed(who, thing, open_it)) is not None]
    if not chosen:
        return
    with guarded("saved"):
        if len(chosen) > 1:
            st.subheader("比较", anchor=False)
            st.html(_compared(chosen))
        st.subheader("合算", anchor=False)
        with guarded("combined"):
            _combined(calculating().combine([(item.rule, given) for _, item, given, _ in chosen]))
        rows = [(thing.title, item.rule, given) for thing, item, given, _ in chosen]
        download(
            "导出勾选的（Excel）",
            lambda: calculating().workbook(rows),
            rows,
            "计算与合算.xlsx",
            _XLSX,
            key="export_saved",
            icon=":material/download:",
        )


def given_of(thing: Thing) -> Given:
    """The inputs as they were filled in."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in thing.content["given"].items()
    }


def _listed(who: str, thing: Thing, open_it: Callable[[str, Given], None]) -> _Row | None:
    """One saved calculation in the list; returned where it is ticked."""
    given = given_of(thing)
    with st.container(border=True, key=f"saved_{thing.id}"):
        try:
            item = calculating().item(thing.content["rule"])
            found = calculating().calculate(item.rule, given)
        except UserError as error:
            st.text(thing.title)
            st.caption(f"现在的规则算不了这一项：{error}")
            _drop(who, thing)
            return None
        ticked = _line(thing, item, found)
        with st.container(horizontal=True):
            st.button(
                "打开",
                key=f"open_{thing.id}",
                type="tertiary",
                icon=":material/edit:",
                on_click=open_it,
                args=[item.rule, given],
            )
            _drop(who, thing)
    return (thing, item, given, found) if ticked else None


def _drop(who: str, thing: Thing) -> None:
    st.button(
        "删除",
        key=f"drop_{thing.id}",
        type="tertiary",
        icon=":material/delete:",
        on_click=kept().delete,
        args=[who, thing.id],
    )


def _line(thing: Thing, item: Item, found: Calculated) -> bool:
    """Name, amount and verdict; whether it is ticked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        ticked = st.checkbox(
            plain(thing.title), True, key=f"tick_{thing.id}", persist_state="session", width="stretch"
        )
        st.markdown(f"**{found.money.words if found.money else '资格判断'}**", width="content")
        st.markdown(verdict_mark(found), width="content")
    status = "" if item.status == "in_force" else f"（{STATUS_WORDS[item.status]}）"
    place = f"{item.number} {readable(item.path)}{status}"
    inputs = "；".join(f"{label} {value}" for label, value in found.inputs)
    st.html(f'<p class="zc-small">{escape(place)}　{escape(inputs)}</p>')
    return ticked


def _compared(rows: Sequence[_Row]) -> str:
    """A table with a column for each calculation; it scrolls sideways where it does not fit."""
    lines: dict[str, list[str]] = {
        "金额": [found.money.words if found.money else "—" for _, _, _, found in rows],
        "上限或确定": [
            ("上限" if found.money.upper else "确定") if found.money else "—" for _, _, _, found in rows
        ],
        "判定": [found.verdict for _, _, _, found in rows],
        "周期": [item.period for _, item, _, _ in rows],
        "文件": [f"{item.number} {readable(item.path)}" for _, item, _, _ in rows],
        "效力": [STATUS_WORDS[item.status] for _, item, _, _ in rows],
        "所填": [
            "；".join(f"{label} {value}" for label, value in found.inputs) or "—" for _, _, _, found in rows
        ],
        "还缺": ["".join(question for _, question in found.missing) or "—" for _, _, _, found in rows],
    }
    head = "".join(f"<th scope='col'>{escape(thing.title)}</th>" for thing, _, _, _ in rows)
    body = "".join(
        f"<tr><th scope='row'>{name}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for name, cells in lines.items()
    )
    return f'<div class="zc-wide"><table class="zc-table"><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _combined(sums: Combined) -> None:
    with st.container(border=True, key="combined"):
        st.html(f'<span class="zc-figure">{escape(sums.total)}</span>')
        st.html('<p class="zc-small">每年可得的按一年计；标“上限”的以评审为准。</p>')
        if sums.counted:
            st.html(_lines("计入", [f"{label}：{amount}" for label, amount in sums.counted]))
        if sums.limits:
            st.html(_lines("几项合并的年度上限", map(_left, sums.limits)))
        if sums.left:
            st.html(_lines("没有计入", map(_left, sums.left)))
        if sums.provisos:
            st.html(_lines("须留意，以下情形不能同时获得", (f"“{proviso}”" for proviso in sums.provisos)))


def _left(left: Left) -> str:
    quote = f"（“{left.quote}”）" if left.quote else ""
    return f"{left.label}：{left.reason}{quote}"


def _lines(title: str, lines: Iterable[str]) -> str:
    made = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<p class="zc-title">{title}</p><ul class="zc-list">{made}</ul>'
