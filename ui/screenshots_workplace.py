"""The pictures of 算一算 and 能报什么."""

from collections.abc import Iterator
from datetime import date

from playwright.sync_api import Page

__all__ = ["calculating", "matching"]

# A list closes again where the page is drawn or scrolled while it is open.
_DRAWN_MS = 1500
_LAST = date.today().year - 1
_FACTS = f"""资质：国家高新技术企业、科技型中小企业
从业人员：60人
营业收入：{_LAST}年1800万元、{_LAST - 1}年1500万元、{_LAST - 2}年900万元
研发费用：{_LAST}年800万元、{_LAST - 1}年300万元、{_LAST - 2}年200万元
属于高精尖产业领域：是
成立日期：{_LAST - 3}-06-01
首次进入市场合同金额：1200万元
首创类型：国内首创"""


def calculating(page: Page, base: str) -> Iterator[str]:
    """An item filled in, and two saved ones added up."""
    page.goto(f"{base}/calculate?rule=2022-05.first-contract")
    _fill(page, "首次进入市场合同金额（万元）", "600", "180")
    kind = page.get_by_role("combobox", name="首创类型")
    kind.scroll_into_view_if_needed()
    page.wait_for_timeout(_DRAWN_MS)
    kind.press("ArrowDown")
    page.get_by_role("option", name="国内首创").click()
    page.get_by_text("距上限").wait_for()
    yield "金额与曲线"
    _save(page, 1)
    page.goto(f"{base}/calculate?rule=2022-05.small-innovator")
    _fill(page, "研发费用同比增量（万元）", "300", "20")
    yield "分档"
    _save(page, 2)
    page.get_by_text("已保存：比较与合算（2）").click()
    page.locator(".st-key-combined .zc-figure").wait_for()
    yield "比较与合算"


def matching(page: Page, base: str) -> Iterator[str]:
    """A profile with what it matches, item by item and as a table."""
    page.goto(f"{base}/match")
    page.get_by_label("企业名称").fill("示例科技有限公司")
    page.get_by_label("注册地", exact=True).fill("北京市海淀区")
    page.get_by_text("其他，一行一项").click()
    free = page.get_by_role("textbox", name="名称：值")
    free.fill(_FACTS)
    free.press("Control+Enter")
    page.get_by_text("可申报的合计").wait_for()
    page.get_by_text("科技型小微企业关键技术创新支持").first.wait_for()
    page.get_by_role("heading", name="能报什么").scroll_into_view_if_needed()
    yield "企业情况"
    page.get_by_text("汇总表", exact=True).click()
    page.locator(".zc-cards").wait_for()
    yield "汇总表"


def _fill(page: Page, label: str, value: str, figure: str) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(value)
    box.press("Enter")
    page.locator(".zc-figure", has_text=figure).wait_for()


def _save(page: Page, count: int) -> None:
    page.get_by_role("button", name="保存这次计算").click()
    page.get_by_text(f"已保存：比较与合算（{count}）").wait_for()
