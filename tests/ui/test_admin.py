"""管理, drawn without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.workplace import PASSWORD, shown


def enter(page: AppTest, password: str) -> None:
    page.text_input(key="admin_password").set_value(password)
    page.button[0].click().run()


def test_without_a_password_it_says_how_to_switch_it_on(admin: AppTest) -> None:
    admin.run()
    assert "ZHENGCE_PAGE_ADMIN_PASSWORD" in shown(admin)
    assert not admin.get("file_uploader")


def test_a_wrong_password_stays_outside(admin: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGCE_PAGE_ADMIN_PASSWORD", PASSWORD)
    admin.run()
    enter(admin, "wrong-password")
    assert "口令不对" in shown(admin)
    assert not admin.get("file_uploader")
    for _ in range(5):
        enter(admin, "wrong-password")
    assert "过一分钟" in shown(admin)


def test_the_password_opens_and_leaving_closes(admin: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGCE_PAGE_ADMIN_PASSWORD", PASSWORD)
    admin.run()
    enter(admin, PASSWORD)
    assert admin.get("file_uploader")
    admin.button(key="admin_leave").click().run()
    assert not admin.get("file_uploader")


def test_an_upload_is_shown_as_it_is_parsed_and_rubbish_as_a_sentence(
    admin: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHENGCE_PAGE_ADMIN_PASSWORD", PASSWORD)
    admin.run()
    enter(admin, PASSWORD)
    text = "某办法\n第一条 <b>支持</b>企业创新发展。\n第三条 本办法自发布之日起施行。\n"
    admin.get("file_uploader")[0].set_value(("某办法.txt", text.encode(), "text/plain")).run()
    words = shown(admin)
    assert "没有读懂或要核对的地方" in words
    assert "“第三条”前面缺 1 个编号" in words
    assert "zhengce index add" in words
    admin.get("file_uploader")[0].set_value(("a.pdf", b"rubbish", "application/pdf")).run()
    assert "不是能读的 .pdf" in shown(admin)


def test_on_an_api_elsewhere_it_says_where_to_manage(admin: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGCE_PAGE_ADMIN_PASSWORD", PASSWORD)
    monkeypatch.setenv("ZHENGCE_PAGE_API", "http://127.0.0.1:1")
    admin.run()
    enter(admin, PASSWORD)
    admin.segmented_control(key="admin_view").set_value("索引").run()
    assert "另一台机器" in shown(admin)
