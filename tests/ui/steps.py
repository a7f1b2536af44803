"""What a visitor of the page does, for tests in a browser."""

from playwright.sync_api import Locator, Page, expect

_STILL_MS = 250


def press(target: Locator) -> None:
    """Click what has come to rest: where the page is still drawn or unfolded, it moves under the pointer."""
    app = target.page.get_by_test_id("stApp")
    seen = None
    while True:
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        target.wait_for()
        now = target.bounding_box()
        # A run that has begun meanwhile would draw the target anew.
        if now == seen and app.get_attribute("data-test-script-state") == "notRunning":
            break
        seen = now
        target.page.wait_for_timeout(_STILL_MS)
    target.click()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wide
