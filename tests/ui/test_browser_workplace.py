"""算一算, 能报什么 and 管理 in a real browser, end to end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.settings import Settings
from tests.ui.conftest import OpenPage, page_process
from tests.ui.steps import overflow, press
from tests.ui.test_matching import filled_template
from tests.ui.workplace import PASSWORD, sheet
from ui.wiring import matching

# Other work shares the two cores of a build machine.
expect.set_options(timeout=20_000)
CONTRACT = "/calculate?rule=2022-05.first-contract"


@pytest.fixture(scope="module")
def managed(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page with a password for 管理."""
    folder = tmp_path_factory.mktemp("managed")
    with page_process(folder, settings.home, ZHENGCE_PAGE_ADMIN_PASSWORD=PASSWORD) as base:
        yield base


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "企业.xlsx"
    path.write_bytes(filled_template(matching()))
    return path


def upload(page: Page, path: Path) -> None:
    press(page.get_by_role("button", name="上传填好的表"))
    page.locator("input[type=file]").set_input_files(path)


def fill(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(value)
    box.press("Enter")


def test_calculate_with_chart_and_export(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(CONTRACT)
    fill(page, "首次进入市场合同金额（万元）", "600")
    figure = page.locator(".zc-figure")
    expect(figure).to_have_text("180万元")
    kind = page.get_by_role("combobox", name="首创类型")
    kind.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    kind.press("ArrowDown")
    press(page.get_by_role("option", name="国内首创"))
    expect(page.get_by_text("距上限 300万元 还差")).to_be_visible()
    drawn = page.get_by_test_id("stVegaLiteChart")
    expect(drawn).to_contain_text("您在这里：180 万元")
    expect(drawn).to_contain_text("300万元")
    with page.expect_download() as download:
        press(page.get_by_role("button", name="导出 Excel"))
    download.value.save_as(path := tmp_path / "calc.xlsx")
    assert sheet(path.read_bytes(), "计算结果")[0]["金额（万元）"] == 180


def test_the_words_that_a_calculation_rests_on_open_beside_it(open_page: OpenPage) -> None:
    page = open_page(CONTRACT)
    press(page.get_by_role("button", name="1 · 京科发〔2022〕5号 第十一条（三）"))
    expect(page.locator(".st-key-source_panel mark").first).to_contain_text("按照首次进入市场合同")


def test_saved_calculations_survive_a_reload_and_are_added_up(open_page: OpenPage) -> None:
    page = open_page(CONTRACT)
    fill(page, "首次进入市场合同金额（万元）", "600")
    expect(page.locator(".zc-figure")).to_have_text("180万元")
    press(page.get_by_role("button", name="保存这次计算"))
    expect(page.get_by_text("已保存：比较与合算（1）")).to_be_visible()
    page.reload()
    press(page.get_by_text("已保存：比较与合算（1）"))
    expect(page.locator(".st-key-combined .zc-figure")).to_have_text("180万元")


def test_match_with_upload_and_download(open_page: OpenPage, profile: Path, tmp_path: Path) -> None:
    page = open_page("/match")
    upload(page, profile)
    press(page.get_by_role("button", name="用这份情况"))
    expect(page.get_by_text("可申报的合计")).to_be_visible()
    card = page.locator(".st-key-match_2022-05-small-innovator")
    expect(card).to_contain_text("不超过30万元")
    with page.expect_download() as download:
        press(page.get_by_role("button", name="导出 Excel"))
    download.value.save_as(path := tmp_path / "match.xlsx")
    rows = {row["规则"]: row for row in sheet(path.read_bytes(), "匹配结果")}
    assert rows["2022-05.small-innovator"]["金额（万元）"] == 30
    assert rows["2022-05.small-innovator"]["判定"] == "符合"
    page.reload()
    expect(page.get_by_label("企业名称")).to_have_value("测试公司")
    expect(card).to_contain_text("不超过30万元")
    press(card.get_by_text("依据与算式"))
    press(card.get_by_role("button", name="带着这些数去算一算"))
    expect(page.get_by_role("heading", name="科技型小微企业关键技术创新支持")).to_be_visible()
    expect(page.locator(".zc-figure")).to_have_text("30万元")


def test_a_rubbish_profile_is_refused_in_a_sentence(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/match")
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"rubbish")
    upload(page, path)
    expect(page.get_by_text("这不是能读的 Excel 文件")).to_be_visible()
    expect(page.get_by_role("button", name="用这份情况")).to_have_count(0)


def test_markup_in_facts_is_shown_as_text(open_page: OpenPage) -> None:
    page = open_page("/match")
    press(page.get_by_text("其他，一行一项"))
    box = page.get_by_role("textbox", name="名称：值")
    box.fill("<img src=x onerror=alert(1)>：12件")
    box.press("Control+Enter")
    press(page.get_by_text("没有用上的情况"))
    expect(page.get_by_text("<img src=x onerror=alert(1)>").last).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_admin_refuses_a_wrong_password_then_previews_and_refuses_rubbish(
    open_page: OpenPage, managed: str, tmp_path: Path
) -> None:
    page = open_page("/admin", base=managed)
    page.get_by_label("口令").fill("wrong-password")
    press(page.get_by_role("button", name="进入"))
    expect(page.get_by_text("口令不对")).to_be_visible()
    assert page.locator("input[type=file]").count() == 0
    page.get_by_label("口令").fill(PASSWORD)
    press(page.get_by_role("button", name="进入"))
    given = page.locator("input[type=file]")
    given.wait_for(state="attached")
    source = Path(__file__).parents[2] / "corpus" / "sources" / "000_efed257c20bd70b5.txt"
    given.set_input_files(source)
    expect(page.get_by_text("编号连续")).to_be_visible()
    expect(page.get_by_text("第十五条（159 字）")).to_be_visible()
    rubbish = tmp_path / "坏.pdf"
    rubbish.write_bytes(b"rubbish")
    given.first.set_input_files(rubbish)
    expect(page.get_by_text("这不是能读的 .pdf 文件")).to_be_visible()
    press(page.get_by_text("索引", exact=True))
    expect(page.get_by_text("使用中")).to_be_visible()


@pytest.mark.parametrize("path", [CONTRACT, "/match", "/admin"])
def test_a_phone_shows_every_page_without_scrolling_sideways(
    open_page: OpenPage, managed: str, path: str
) -> None:
    page = open_page(path, phone=True, base=managed)
    expect(page.get_by_test_id("stHeading").first).to_be_visible()
    page.wait_for_timeout(1500)
    assert overflow(page) <= 0


def test_calculate_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(CONTRACT, phone=True)
    fill(page, "首次进入市场合同金额（万元）", "600")
    expect(page.locator(".zc-figure")).to_have_text("180万元")
    chart = page.get_by_test_id("stVegaLiteChart").bounding_box()
    assert chart
    assert chart["x"] >= 0
    assert chart["x"] + chart["width"] <= 390
