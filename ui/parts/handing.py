"""What one does with a conversation: rename, share, export, delete."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st

from ui.asking import open_conversation
from ui.conversations import Conversation, Turn
from ui.exporting.document import as_docx
from ui.exporting.markdown import as_markdown
from ui.parts.browser import copy_button
from ui.parts.download import download
from ui.wiring import conversations

__all__ = ["conversation_menu"]

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def conversation_menu(visitor: str, conversation: Conversation, turns: Sequence[Turn]) -> None:
    """The buttons beside a conversation's title."""
    with st.container(
        key="conversation_menu",
        width="content",
        horizontal=True,
        wrap=False,
        horizontal_alignment="right",
        gap="small",
    ):
        with st.popover("分享", icon=":material/share:", type="tertiary"):
            _share(visitor, conversation)
        # A Word document takes a tenth of a second: not made before somebody looks.
        export = st.popover(
            "导出", icon=":material/download:", type="tertiary", key="export_menu", on_change="rerun"
        )
        if export.open:
            with export:
                _export(conversation, turns)
        with st.popover("管理", icon=":material/more_horiz:", type="tertiary"):
            _manage(visitor, conversation)


def _share(visitor: str, conversation: Conversation) -> None:
    store = conversations()
    if conversation.share is None:
        st.caption("得到链接的人可以看这个对话，不能改。")
        st.button("生成链接", key="share_make", on_click=store.share, args=[visitor, conversation.id])
        return
    here = urlsplit(str(st.context.url or ""))
    link = f"{here.scheme}://{here.netloc}/?share={conversation.share}"
    st.code(link, language=None, wrap_lines=True)
    copy_button(link, "copy_share", "复制链接")
    st.button(
        "收回链接", key="share_stop", type="tertiary", on_click=store.unshare, args=[visitor, conversation.id]
    )


def _export(conversation: Conversation, turns: Sequence[Turn]) -> None:
    name = "".join(sign for sign in conversation.title if sign.isalnum()) or "对话"
    said = (conversation.title, turns)
    download(
        "Word 文档（.docx）",
        lambda: as_docx(*said),
        said,
        f"{name}.docx",
        _DOCX,
        key="export_docx",
        icon=":material/description:",
        width="stretch",
    )
    download(
        "Markdown（.md）",
        lambda: as_markdown(*said),
        said,
        f"{name}.md",
        "text/markdown",
        key="export_md",
        icon=":material/markdown:",
        width="stretch",
    )


def _manage(visitor: str, conversation: Conversation) -> None:
    title = st.text_input("名称", value=conversation.title, max_chars=80, key=f"title_{conversation.id}")
    if st.button("改名", key="rename", icon=":material/edit:", width="stretch"):
        conversations().rename(visitor, conversation.id, title)
        st.rerun()
    sure = st.checkbox("确定删除这个对话，不能恢复", key=f"sure_{conversation.id}")
    if st.button("删除", key="delete", icon=":material/delete:", width="stretch", disabled=not sure):
        conversations().delete(visitor, conversation.id)
        open_conversation(None)
        st.rerun()
