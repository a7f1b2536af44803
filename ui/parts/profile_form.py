"""The enterprise's profile as a form: common facts, facts of one's choice, and free lines for the rest."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from ui.backend.computed import Field
from ui.backend.items import written
from ui.backend.matched import Fact, Profile, Said
from ui.parts.field import field_widget, held
from ui.wiring import matching

__all__ = ["ADDED", "add_facts", "load_profile", "profile_form"]

ADDED = "enterprise_added"
_NAME, _FREE, _RULES = "enterprise_name", "enterprise_free", "enterprise_rules"
_OLDEST = date(1949, 10, 1)
_BY_YEAR = re.compile(r"((?:19|20)\d\d)年\s*(\S+)")
_LINE = re.compile(r"[：:=]")


def profile_form() -> Profile:
    """The form, drawn; returns what is filled in."""
    name = st.text_input("企业名称", key=_NAME, max_chars=100, placeholder="可不填", persist_state="session")
    facts: dict[str, Said] = {}
    with st.expander("常用情况", expanded=True, icon=":material/apartment:"):
        for fact in matching().basics:
            if said := _basic(fact):
                facts[fact.label] = said
    with st.expander(
        f"再加的情况{_count(ADDED)}", expanded=bool(st.session_state.get(ADDED)), icon=":material/add:"
    ):
        facts |= _others()
    with st.expander("其他，一行一项", expanded=bool(st.session_state.get(_FREE)), icon=":material/notes:"):
        free = st.text_area(
            "名称：值",
            key=_FREE,
            placeholder="上年度PCT专利申请量：12件\n销售收入：2025年800万元、2024年300万元",
            help="规则里有的名称才会用上；数要带单位，逐年的数写年份。",
            persist_state="session",
        )
        facts |= _free_facts(free or "")
    rules = st.session_state.get(_RULES) or {}
    if rules:
        st.caption(f"上传的文件里还有 {len(rules)} 条规则的专门数据，一并计算。")
    return {"name": name or "", "facts": facts, "rules": rules}


def load_profile(profile: Profile | None) -> None:
    """Put a profile into the form, or empty it. For callbacks."""
    for key in list(st.session_state):
        if str(key).startswith("enterprise_"):
            st.session_state[key] = [] if key == ADDED else None
    if profile is None:
        return
    basics = {fact.label: fact for fact in matching().basics}
    others = matching().others
    added, free = [], []
    for label, said in profile["facts"].items():
        if label in basics and _load_basic(basics[label], said):
            continue
        if label in others and isinstance(said, str) and _load(others[label], _key(label), said):
            added.append(label)
            continue
        free.append(f"{label}：{_words(said)}")
    st.session_state[_NAME] = profile["name"]
    st.session_state[ADDED] = added
    st.session_state[_FREE] = "\n".join(free)
    st.session_state[_RULES] = profile["rules"]


def add_facts(labels: Sequence[str]) -> None:
    """Ask for these facts too. For callbacks."""
    known = list(st.session_state.get(ADDED) or [])
    st.session_state[ADDED] = [*known, *(label for label in labels if label not in known)]


def _basic(fact: Fact) -> Said | None:
    key = _key(fact.label)
    if fact.kind == "date":
        day = st.date_input(
            fact.label,
            None,
            _OLDEST,
            date.today() + timedelta(days=1),
            key=key,
            format="YYYY-MM-DD",
            help=fact.hint,
            persist_state="session",
        )
        return day.isoformat() if isinstance(day, date) else None
    if fact.kind == "yearly" and fact.field is not None:
        return _yearly(fact, fact.field)
    if fact.field is not None:
        return field_widget(fact.field, key, fact.label)
    text = (
        st.text_input(
            fact.label,
            key=key,
            placeholder=fact.hint.partition("；")[0],
            persist_state="session",
            max_chars=200,
        )
        or ""
    )
    parts = (
        [part.strip() for part in re.split(r"[、，,；;]", text) if part.strip()]
        if fact.kind == "list"
        else []
    )
    return parts or text.strip() or None


def _yearly(fact: Fact, field: Field) -> Said | None:
    """A number for each of the last years, side by side."""
    found: dict[str, str] = {}
    st.markdown(f"{fact.label}（{field.unit}）", help=fact.hint)
    for column, year in zip(st.columns(len(matching().years())), matching().years(), strict=True):
        with column:
            number = st.number_input(
                f"{year}年",
                field.low,
                field.high,
                None,
                1.0,
                "%g",
                key=_key(fact.label, year),
                persist_state="session",
                placeholder="可不填",
            )
        if number is not None:
            found[year] = written(number, field.unit)
    return found or None


def _others() -> dict[str, Said]:
    others = matching().others
    chosen = st.multiselect(
        "从规则问到的情况里选",
        list(others),
        key=ADDED,
        placeholder="输入文字查找，可选多项",
        filter_mode="contains",
        persist_state="session",
    )
    found: dict[str, Said] = {}
    for label in chosen:
        if (value := field_widget(others[label], _key(label), label)) is not None:
            labels = dict(others[label].choices)
            found[label] = labels.get(value, value)
    return found


def _free_facts(text: str) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for line in text.splitlines():
        label, *rest = _LINE.split(line, maxsplit=1)
        value = rest[0].strip() if rest else ""
        if not label.strip() or not value:
            continue
        parts = [part.strip() for part in value.split("、") if part.strip()]
        years = [_BY_YEAR.fullmatch(part) for part in parts]
        if all(years):
            found[label.strip()] = {match[1]: match[2] for match in years if match}
        else:
            found[label.strip()] = value if len(parts) == 1 else parts
    return found


def _load_basic(fact: Fact, said: Said) -> bool:
    """Whether the form can hold what was said, which is then put into it."""
    if fact.kind == "yearly" and fact.field is not None:
        years = said if isinstance(said, dict) else {matching().years()[0]: said}
        if not {*years} <= {*matching().years()}:
            return False
        return all(
            isinstance(value, str) and _load(fact.field, _key(fact.label, year), value)
            for year, value in years.items()
        )
    if isinstance(said, dict) or (isinstance(said, list) and fact.kind != "list"):
        return False
    key = _key(fact.label)
    if fact.kind == "date":
        try:
            st.session_state[key] = date.fromisoformat(str(said))
        except ValueError:
            return False
        return True
    if fact.field is not None:
        return _load(fact.field, key, str(said))
    st.session_state[key] = said if isinstance(said, str) else "、".join(said)
    return True


def _load(field: Field, key: str, value: str) -> bool:
    found = held(field, value)
    if found is None:
        return False
    # The boxes of single years take numbers of any kind.
    st.session_state[key] = float(found) if isinstance(found, int) and key.endswith("年") else found
    return True


def _words(said: Said) -> str:
    if isinstance(said, dict):
        return "、".join(f"{year}年{value}" for year, value in said.items())
    return said if isinstance(said, str) else "、".join(said)


def _key(label: str, year: str = "") -> str:
    return f"enterprise_{label}_{year}年" if year else f"enterprise_{label}"


def _count(key: str) -> str:
    count = len(st.session_state.get(key) or [])
    return f"（{count} 项）" if count else ""
