"""算一算：选一个支持项目，填数，看金额和它怎么来；几项可以合算、比较。"""

import streamlit as st

from ui.backend.computed import Calculated, Given, Item
from ui.parts.curve import show_curve
from ui.parts.download import download
from ui.parts.errors import guarded
from ui.parts.item_choice import choose_item
from ui.parts.item_form import fill_in, filled, forget
from ui.parts.outcome import item_head, show_grounds, show_result
from ui.parts.saved import saved_view
from ui.parts.source import source_panel
from ui.visitor import visitor
from ui.wiring import calculating, kept

__all__ = ["page"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ONE, _SEVERAL = "算一项", "已保存：比较与合算"


def page() -> None:
    """The page."""
    st.title("算一算", anchor=False)
    who = visitor()
    count = len(kept().all(who, "calculation"))
    view = st.segmented_control(
        "看什么",
        [_ONE, _SEVERAL],
        default=_ONE,
        required=True,
        key="calculate_view",
        format_func=lambda name: f"{name}（{count}）" if name == _SEVERAL and count else name,
        label_visibility="collapsed",
        persist_state="session",
    )
    if view == _SEVERAL:
        saved_view(who, _open)
    else:
        _one(who)
    source_panel()


def _open(rule: str, given: Given) -> None:
    """Show a saved calculation in the form. For callbacks."""
    st.session_state["rule"] = rule
    st.session_state["calculate_view"] = _ONE
    fill_in(calculating().item(rule), given)


def _one(who: str) -> None:
    item = choose_item(calculating().items())
    if item is None:
        st.caption("选好项目后，按规则需要的数出现填写的地方；边填边算，不清楚的可以不填。")
        return
    item_head(item)
    form, result = st.columns(2, gap="medium")
    with form:
        given = filled(item)
        st.button(
            "清空所填",
            key="clear_form",
            type="tertiary",
            icon=":material/backspace:",
            on_click=forget,
            args=[item],
        )
    with guarded("calculate"):
        with result:
            found = calculating().calculate(item.rule, given)
            show_result(item, found, item.rule)
            _chart(item, given)
        show_grounds(item, found, item.rule)
        _keep(who, item, given, found)


def _chart(item: Item, given: Given) -> None:
    plotted = dict(calculating().plotted(item.rule))
    if not plotted:
        return
    st.markdown("**金额怎样随所填的数变化**")
    first = next((name for name in plotted if name in given), next(iter(plotted)))
    name = first
    if len(plotted) > 1:
        key = f"axis_{item.rule}_{first}"
        name = st.selectbox(
            "横轴", list(plotted), list(plotted).index(first), key=key, format_func=plotted.__getitem__
        )
    curve = calculating().curve(item.rule, given, name)
    if curve is None:
        several = any(isinstance(value, tuple) for value in given.values())
        st.caption(
            "列了几笔时不画曲线，逐笔的算式见计算过程。"
            if several
            else "还缺决定金额的数，或这个数不影响金额，不画曲线。"
        )
        return
    show_curve(curve, f"{item.rule}_{name}")


def _keep(who: str, item: Item, given: Given, found: Calculated) -> None:
    """Save the calculation by a name, or take it away as a workbook."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="keep_calculation"):
        title = st.text_input("名称", item.label, key=f"title_{item.rule}", max_chars=60)
        if st.button("保存这次计算", key="save_calculation", type="primary", icon=":material/save:"):
            kept().add(who, "calculation", title or item.label, {"rule": item.rule, "given": dict(given)})
            st.toast("已保存，可在“已保存”里比较与合算。", icon=":material/check:")
            st.rerun()
        row = (title or item.label, item.rule, given)
        download(
            "导出 Excel",
            lambda: calculating().workbook([row]),
            row,
            f"{item.label}.xlsx",
            _XLSX,
            key="export_calculation",
            icon=":material/download:",
        )
