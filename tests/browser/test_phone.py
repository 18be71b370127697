"""Every page on a phone and on a tablet: nothing beside the window, all large enough to press, the start in reach."""

from __future__ import annotations

import pytest

from tests.browser.kit import Open, settle
from tests.browser.test_axe import STYLED

PAGES = ("/", "/runs", "/compare", "/review", "/library", "/quality", "/spend", "/health", "/settings")
LEAST_PX = 44
SMALL = """least => {
  const frames = "[data-testid=stTextInputRootElement], [data-testid=stNumberInputContainer], label,"
    + "[role=group], [data-testid=stDateInputField]";
  const all = [...document.querySelectorAll("button, a, [role=radio], summary, textarea, input")];
  for (const one of document.querySelectorAll("*")) {
    if (one.shadowRoot) all.push(...one.shadowRoot.querySelectorAll("button, a, summary, textarea, input"));
  }
  const told = [];
  for (const one of all) {
    const frame = (one.tagName === "INPUT" && one.closest(frames)) || one;
    const box = frame.getBoundingClientRect();
    const hidden = box.width < 2 || box.height < 2 || box.right <= 0 || one.closest("details:not([open])");
    const help = one.closest("[data-testid=stTooltipIcon]"); // page.css widens what can be pressed round the sign
    if (!hidden && !help && box.height < least - 0.5) told.push(`${one.tagName} ${one.innerText || one.ariaLabel}`);
  }
  return told;
}"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024)])
def test_everything_can_be_pressed_and_nothing_is_beside_the_window(browse: Open, width: int, height: int) -> None:
    """Targets are at least 44 px high, and no page is wider than its window."""
    for path in PAGES:
        page = browse(path, width=width)
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        page.wait_for_function(STYLED)
        assert page.evaluate(SMALL, LEAST_PX) == [], path
        beside = page.get_by_test_id("stMain").evaluate("one => one.scrollWidth - one.clientWidth")
        assert beside <= 0, path
        page.close()


@pytest.mark.parametrize(("path", "button"), [("/", "Launch"), ("/compare", "Compare")])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024)])
def test_the_start_is_in_reach(browse: Open, path: str, button: str, width: int, height: int) -> None:
    """The button that starts is inside the window at the top of the form and in its middle."""
    page = browse(path, width=width)
    page.set_viewport_size({"width": width, "height": height})
    settle(page)
    page.wait_for_function(STYLED)
    start = page.get_by_test_id("stMain").get_by_role("button", name=button, exact=True)
    for down in (0, 700):
        page.get_by_test_id("stMain").evaluate("(one, down) => { one.scrollTop = down; }", down)
        box = start.bounding_box()
        assert box and 0 <= box["y"] <= height - box["height"], down
