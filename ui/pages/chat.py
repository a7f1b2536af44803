"""对话：提问，看带引文的回答，打开原文。"""

import streamlit as st

from corpus.errors import ZhengceError
from ui.conversations import Conversation, Turn
from ui.following import follow_ups
from ui.parts.answer import show_answer
from ui.parts.browser import copy_button
from ui.parts.errors import error_card
from ui.parts.handing import conversation_menu
from ui.parts.history import CURRENT, history_list, open_conversation
from ui.parts.live import answer_live
from ui.parts.opinion import opinion
from ui.parts.source import source_panel
from ui.visitor import visitor
from ui.wiring import backend, conversations

__all__ = ["page"]

ANSWERING = "answering"
_SHOWN = 20
_REMEMBERED = 20
_LONGEST = 2000
_EXAMPLES = (
    "首创产品第一个合同1200万，国内首创，能补多少？",
    "我们是数字人企业，有哪些支持？",
    "科技企业孵化器能申请什么支持，要什么条件？",
    "新技术新产品认定后有效期几年？",
    "加氢站建设能补多少？",
    "技术经理人怎么登记？",
)


def page() -> None:
    """The page."""
    who = visitor()
    if share := st.query_params.get("share"):
        _shared(who, share)
        return
    current = _current(who)
    history_list(who)
    if st.session_state.get("source"):
        st.html("<style>[data-testid='stMain'] { --zc-panel: var(--zc-panel-open); }</style>")
    if current is None:
        _welcome()
    else:
        turns = conversations().turns(current.id)
        with st.container(key="conversation_head", horizontal=True, vertical_alignment="center"):
            st.text(current.title)
            conversation_menu(who, current, turns)
        _transcript(turns)
    source_panel()
    if asked := st.chat_input("输入问题，按回车发送", key="question", max_chars=_LONGEST):
        _ask(asked)
        st.rerun()


def _current(who: str) -> Conversation | None:
    """The conversation of this tab: what was opened here, or what the address names after a reload."""
    key = st.session_state.get(CURRENT) or st.query_params.get("c")
    found = conversations().one(who, key) if key else None
    st.session_state[CURRENT] = found.id if found else None
    if found and st.query_params.get("c") != found.id:
        st.query_params["c"] = found.id
    elif not found and "c" in st.query_params:
        st.toast("这个对话不在此浏览器里，已打开新对话。", icon=":material/info:")
        del st.query_params["c"]
    return found


def _ask(question: str, fresh: bool = False) -> None:
    """Note a question and let the next run answer it. For callbacks too."""
    question = question.strip()
    if not question:
        return
    key = st.session_state.get(CURRENT)
    if key is None:
        key = conversations().begin(visitor(), question)
        st.session_state[CURRENT] = key
    st.session_state[ANSWERING] = conversations().ask(key, question, fresh)


def _welcome() -> None:
    st.title("北京市支持政策，问了就有出处")
    st.markdown("每句话注明条款，每个金额给出算式；文件里没有的，直接说没有。")
    st.caption("可以这样问：")
    with st.container(key="examples", horizontal=True, gap="small"):
        for number, example in enumerate(_EXAMPLES):
            st.button(example, key=f"example_{number}", on_click=_ask, args=[example, True])


def _transcript(turns: list[Turn]) -> None:
    hidden = 0 if st.session_state.get("earlier") else max(0, len(turns) - _SHOWN)
    if hidden:
        st.button(
            f"显示更早的 {hidden} 轮",
            key="show_earlier",
            type="tertiary",
            icon=":material/expand_less:",
            on_click=st.session_state.__setitem__,
            args=["earlier", True],
        )
    for number, turn in enumerate(turns[hidden:], hidden):
        with st.chat_message("user", avatar=":material/person:"):
            st.text(turn.question)
        with st.chat_message("assistant", avatar=":material/policy:"):
            _turn(turns, number, turn)


def _turn(turns: list[Turn], number: int, turn: Turn) -> None:
    last = number == len(turns) - 1
    if turn.reply is not None:
        show_answer(turn.reply, str(turn.id))
        _after(turn, last)
        if last:
            _offers(turn)
    elif st.session_state.get(ANSWERING) == turn.id:
        _answer(turns[:number], turn)
    elif turn.fault:
        error_card(turn.fault)
        _again(turn, "再试一次")
    else:
        st.caption("已停止，没有回答完。")
        _again(turn, "重新回答")


def _answer(before: list[Turn], turn: Turn) -> None:
    """Answer now, keep what came of it, and draw the page anew."""
    fresh = max((place for place, one in enumerate([*before, turn]) if one.fresh), default=0)
    history = [] if turn.fresh else [one.question for one in before[fresh:]][-_REMEMBERED:]
    try:
        reply = answer_live(backend(), turn.question, history, _stop)
        conversations().answered(turn.id, reply)
    except ZhengceError as error:
        conversations().answered(turn.id, None, str(error))
    st.session_state.pop(ANSWERING, None)
    st.rerun()


def _stop() -> None:
    st.session_state.pop(ANSWERING, None)


def _after(turn: Turn, last: bool) -> None:
    """What one does with an answer."""
    if turn.reply is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"after_{turn.id}"):
        copy_button(turn.reply.answer, f"copy_{turn.id}")
        if last:
            _again(turn, "重新回答")
        opinion(turn)


def _again(turn: Turn, label: str) -> None:
    st.button(
        label,
        key=f"again_{turn.id}",
        icon=":material/refresh:",
        type="tertiary",
        on_click=_repeat,
        args=[turn.id],
    )


def _repeat(turn: int) -> None:
    conversations().answered(turn, None)
    st.session_state[ANSWERING] = turn


def _offers(turn: Turn) -> None:
    """Questions that fit the last answer."""
    if turn.reply is None or not (offers := follow_ups(turn.reply, backend().rules())):
        return
    st.caption("接着问：")
    with st.container(key="offers", horizontal=True, gap="small"):
        for number, offer in enumerate(offers):
            st.button(
                offer.question,
                key=f"offer_{turn.id}_{number}",
                on_click=_ask,
                args=[offer.question, offer.fresh],
            )


def _shared(who: str, share: str) -> None:
    """Somebody's conversation, to be read and to be carried on as one's own."""
    found = conversations().shared(share)
    if found is None:
        st.info("这个分享链接已失效，或对话已被删除。", icon=":material/link_off:")
        st.button("打开我的对话", key="leave_share", on_click=open_conversation, args=[None])
        return
    st.text(found.title)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info("这是别人分享的对话，只能看。", icon=":material/visibility:")
        st.button(
            "存为我的对话，接着问",
            key="take_share",
            icon=":material/content_copy:",
            on_click=_take,
            args=[who, found.id],
        )
    if st.session_state.get("source"):
        st.html("<style>[data-testid='stMain'] { --zc-panel: var(--zc-panel-open); }</style>")
    for turn in conversations().turns(found.id):
        with st.chat_message("user", avatar=":material/person:"):
            st.text(turn.question)
        if turn.reply is not None:
            with st.chat_message("assistant", avatar=":material/policy:"):
                show_answer(turn.reply, str(turn.id))
    source_panel()


def _take(who: str, key: str) -> None:
    open_conversation(conversations().copy(who, key))
