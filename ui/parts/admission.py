"""The door of 管理."""

import importlib.util

import streamlit as st

from corpus.errors import InvalidInput
from ui.wiring import admins, gate

__all__ = ["admitted", "leave"]

_INSIDE = "admin_inside"
_HOW = """“管理”还没有开启。开启的办法（任选一种，设好后重新启动页面）：

- **口令**：设置环境变量 `ZHENGCE_PAGE_ADMIN_PASSWORD`（至少 8 个字符），或在配置文件的 `[page]` 下写 `admin_password`。
  不想留下明文，就用 `python -m ui.password` 得出散列，把散列写在那里。
- **单点登录（OIDC）**：在 `.streamlit/secrets.toml` 里写好 `[auth]`，
  再用 `ZHENGCE_PAGE_ADMIN_EMAILS` 列出谁能进来（邮箱，用逗号分开）。"""


def admitted() -> bool:
    """Whether the visitor may manage; else what they can do about it is drawn."""
    if st.session_state.get(_INSIDE):
        return True
    signing_on = _sign_on_ready()
    if gate().closed and not signing_on:
        st.info(_HOW, icon=":material/lock:")
        return False
    if signing_on and _signed_on():
        return True
    return not gate().closed and _password()


def leave() -> None:
    """Go out again. For callbacks."""
    st.session_state[_INSIDE] = False
    if _sign_on_ready() and st.user.get("is_logged_in"):
        st.logout()


def _password() -> bool:
    """Ask for the password; it is checked once and not kept."""
    with st.form("admin_door", clear_on_submit=True, border=True, width=420):
        given = st.text_input("口令", type="password", key="admin_password", autocomplete="current-password")
        if not st.form_submit_button("进入", type="primary", icon=":material/login:"):
            return False
    try:
        if gate().opens(given):
            st.session_state[_INSIDE] = True
            st.rerun()
        st.error("口令不对。", icon=":material/error:")
    except InvalidInput as error:
        st.error(str(error), icon=":material/hourglass_top:")
    return False


def _sign_on_ready() -> bool:
    """Whether OIDC is configured and its library there."""
    configured = st.secrets.load_if_toml_exists() and "auth" in st.secrets
    return configured and bool(admins()) and importlib.util.find_spec("authlib") is not None


def _signed_on() -> bool:
    if not st.user.get("is_logged_in"):
        st.button("单点登录", type="primary", icon=":material/login:", on_click=st.login, key="admin_sign_on")
        return False
    email = str(st.user.get("email") or "").lower()
    if email in admins() and st.user.get("email_verified") is not False:
        return True
    st.error(f"“{email or '这个账号'}”不在管理员名单里。", icon=":material/error:")
    st.button("换一个账号", icon=":material/logout:", on_click=st.logout, key="admin_sign_off")
    return False
