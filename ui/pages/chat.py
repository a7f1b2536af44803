"""对话：提问，看带引文的回答，打开原文。"""

import streamlit as st

from ui.asking import ask, current, open_conversation
from ui.parts.handing import conversation_menu
from ui.parts.history import history_list
from ui.parts.source import source_panel
from ui.parts.transcript import read_only, transcript
from ui.visitor import visitor
from ui.wiring import conversations

__all__ = ["page"]

_LONGEST = 2000
_INPUT = "question"
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
    conversation = current(who)
    history_list(who)
    if conversation is None:
        _welcome()
    else:
        turns = conversations().turns(conversation.id)
        with st.container(key="conversation_head", horizontal=True, wrap=False, vertical_alignment="center"):
            st.text(conversation.title, width="stretch")
            conversation_menu(who, conversation, turns)
        transcript(turns)
    source_panel()
    st.chat_input("输入问题，按回车发送", key=_INPUT, max_chars=_LONGEST, on_submit=_submitted)


def _submitted() -> None:
    ask(str(st.session_state.get(_INPUT) or ""))


def _welcome() -> None:
    st.title("北京市支持政策，问了就有出处", anchor=False)
    st.markdown("每句话注明条款，每个金额给出算式；文件里没有的，直接说没有。")
    st.caption("可以这样问：")
    with st.container(key="examples", horizontal=True, gap="small"):
        for number, example in enumerate(_EXAMPLES):
            st.button(example, key=f"example_{number}", on_click=ask, args=[example, True])


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
    read_only(conversations().turns(found.id))
    source_panel()


def _take(who: str, key: str) -> None:
    open_conversation(conversations().copy(who, key))
