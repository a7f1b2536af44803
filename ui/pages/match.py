"""能报什么：企业情况对照全部规则，逐项给出判定、金额和依据。"""

import json
from functools import partial

import streamlit as st

from corpus.errors import UserError
from ui.backend.matched import Match, Matched, Profile
from ui.kept import Thing
from ui.parts.download import download
from ui.parts.errors import guarded
from ui.parts.item_form import fill_in
from ui.parts.labels import plain
from ui.parts.matches import filtered, match_list, match_table, missing_facts, totals
from ui.parts.profile_form import ADDED, add_facts, load_profile, profile_form
from ui.parts.source import source_panel
from ui.places import open_calculation
from ui.visitor import visitor
from ui.wiring import kept, matching

__all__ = ["page"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CURRENT, _DRAWN = "profile", "match_drawn"
_FORM, _TABLE = "填写与逐项看", "汇总表"
_SUGGESTED = 5
_MEGABYTES = 5


def page() -> None:
    """The page."""
    st.title("能报什么", anchor=False)
    who = visitor()
    things = kept().all(who, "profile")
    current = _current(things)
    _files(who, things, current)
    if current is not None and _view() == _TABLE:
        with guarded("match"):
            profile = _profile(current)
            match_table(_results(profile))
    else:
        _fill_in(who, current)
    source_panel()


def _view() -> str | None:
    return st.segmented_control(
        "显示方式",
        [_FORM, _TABLE],
        default=_FORM,
        required=True,
        key="match_view",
        label_visibility="collapsed",
        persist_state="session",
    )


def _fill_in(who: str, current: Thing | None) -> None:
    """The form beside what comes of it."""
    form, result = st.columns([2, 3], gap="medium")
    with form:
        profile = profile_form()
        _remember(who, current, profile)
    with result:
        if not profile["facts"] and not profile["rules"]:
            st.info(
                "填写企业情况，或上传填好的模板，就会列出能申报的事项。不知道的可以不填：没填的不当作零，会列为“待确认”。",
                icon=":material/apartment:",
            )
            return
        with guarded("match"):
            match_list(_results(profile), _open_match)


def _current(things: list[Thing]) -> Thing | None:
    """The profile that this tab works on; with the first draw of a tab its form is filled in."""
    by_id = {thing.id: thing for thing in things}
    if _DRAWN not in st.session_state:
        st.session_state[_DRAWN] = True
        _choose(things[0] if things else None)
    key = st.session_state.get(_CURRENT)
    return by_id.get(key) if key else None


def _choose(thing: Thing | None) -> None:
    st.session_state[_CURRENT] = thing.id if thing else None
    load_profile(_profile(thing) if thing else None)


def _profile(thing: Thing) -> Profile:
    content = thing.content
    return {"name": content["name"], "facts": content["facts"], "rules": content["rules"]}


def _remember(who: str, current: Thing | None, profile: Profile) -> None:
    """Keep the form as it stands, so that it is there again after a reload."""
    title = profile["name"] or "未命名企业"
    if current is None and (profile["facts"] or profile["rules"]):
        st.session_state[_CURRENT] = kept().add(who, "profile", title, dict(profile))
        # What is above the form, the table among it, is there once something is kept.
        st.rerun()
    elif current is not None and current.content != dict(profile):
        kept().change(who, current.id, title, dict(profile))


def _files(who: str, things: list[Thing], current: Thing | None) -> None:
    with st.container(horizontal=True, key="profile_files"):
        if st.button("上传填好的表", key="upload_profile", icon=":material/upload:"):
            _upload(who)
        with st.popover("下载模板", icon=":material/download:"):
            for kind, words, mime in (
                ("xlsx", "Excel 模板", _XLSX),
                ("yaml", "YAML 模板", "application/yaml"),
            ):
                download(
                    words,
                    partial(matching().template, kind),
                    kind,
                    f"企业情况.{kind}",
                    mime,
                    key=f"template_{kind}",
                )
        with st.popover(f"换一家企业（{len(things)}）", icon=":material/swap_horiz:"):
            for thing in things:
                mark = "（当前）" if current and thing.id == current.id else ""
                st.button(
                    f"{plain(thing.title)}{mark}",
                    key=f"profile_of_{thing.id}",
                    on_click=_choose,
                    args=[thing],
                )
            st.button("填一家新的", key="new_profile", icon=":material/add:", on_click=_choose, args=[None])
            if current is not None:
                st.button(
                    "删除当前这家",
                    key="drop_profile",
                    type="tertiary",
                    icon=":material/delete:",
                    on_click=_drop,
                    args=[who, current.id],
                )


def _drop(who: str, key: str) -> None:
    kept().delete(who, key)
    _choose(None)


@st.dialog("上传填好的表", width="small")
def _upload(who: str) -> None:
    given = st.file_uploader(
        "企业情况（.xlsx 或 .yaml）", ["xlsx", "yaml", "yml"], key="profile_file", max_upload_size=_MEGABYTES
    )
    if given is None:
        return
    try:
        profile = matching().read(given.name, given.getvalue())
    except UserError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.success(f"读到 {len(profile['facts'])} 项情况。", icon=":material/check:")
    if st.button("用这份情况", key="use_profile", type="primary", on_click=_take, args=[who, profile]):
        st.rerun()


def _take(who: str, profile: Profile) -> None:
    """The uploaded profile becomes the current one. For callbacks."""
    load_profile(profile)
    st.session_state[_CURRENT] = kept().add(who, "profile", profile["name"] or "未命名企业", dict(profile))


def _results(profile: Profile) -> list[Match]:
    """The sum, the filters and the file; returns what the filters leave."""
    found = _matched(profile)
    totals(found)
    _suggestions(found)
    matches = filtered(found)
    download(
        "导出 Excel",
        lambda: matching().workbook(profile),
        profile,
        f"{profile['name'] or '企业'}能报什么.xlsx",
        _XLSX,
        key="export_match",
        icon=":material/download:",
    )
    if not matches:
        st.info("没有符合筛选的事项。", icon=":material/filter_alt_off:")
    return matches


def _matched(profile: Profile) -> Matched:
    """The result, computed anew only where the profile has changed."""
    key = json.dumps(profile, ensure_ascii=False, sort_keys=True)
    known = st.session_state.get("matched")
    if known is None or known[0] != key:
        with st.spinner("正在逐条对照规则……"):
            known = st.session_state["matched"] = (key, matching().match(profile))
    found: Matched = known[1]
    return found


def _suggestions(found: Matched) -> None:
    labels = missing_facts(found.items, set(matching().others), _SUGGESTED)
    labels = [label for label in labels if label not in (st.session_state.get(ADDED) or [])]
    if labels:
        st.button(
            f"再说明 {len(labels)} 项，就能多确定一些：{'、'.join(labels[:2])}{'等' if len(labels) > 2 else ''}",
            key="suggested_facts",
            icon=":material/playlist_add:",
            on_click=_ask_more,
            args=[labels],
        )


def _ask_more(labels: list[str]) -> None:
    """Back to the form, which then asks for these facts too. For callbacks."""
    add_facts(labels)
    st.session_state["match_view"] = _FORM


def _open_match(match: Match) -> None:
    """Take the item with its figures to 算一算."""
    st.session_state["rule"] = match.item.rule
    fill_in(match.item, match.given)
    open_calculation()
