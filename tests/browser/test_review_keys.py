"""What a reviewer's keys and buttons do in a real browser; the desk of two hundred drafts is in test_desk.py."""

from __future__ import annotations

from playwright.sync_api import expect

from engine import Runner, Store
from tests.browser.kit import Open, settle
from tests.browser.review import applied, made, ready, rows, said, shown

ARABIC = "السفر"


def test_ten_presses_decide_ten_drafts_in_order(visit: Open, runner: Runner, store: Store) -> None:
    """Ten presses at 120 ms count, each on the draft that was shown, in order."""
    run = made(runner, 14)
    page = visit(f"/review?run={run}&sort=oldest")
    ready(page)
    for _press in range(10):
        page.keyboard.press("a")
        page.wait_for_timeout(120)  # the pace of a person
    applied(page)
    ids = [row.id for row in rows(store, run)]
    approved = [one.draft for one in reversed(store.reviews.history(limit=10)) if one.verdict == "approved"]
    assert approved == ids[:10]
    assert shown(page) == ids[10]


def test_a_press_while_the_desk_is_mounted_again_counts_once(visit: Open, runner: Runner, store: Store) -> None:
    """The desk may be unmounted for a moment: a key then decides on the draft seen last, a second one on nothing."""
    run = made(runner, 6)
    page = visit(f"/review?run={run}&sort=oldest")
    ready(page)
    ids = [row.id for row in rows(store, run)]
    for draft in ids[:4]:
        assert shown(page) == draft
        page.evaluate(f"() => {{ ({UNMOUNT})(); ({TWICE})(); }}")
        ready(page)
        applied(page)
        assert {row.id for row in rows(store, run) if row.review == "approved"} == set(ids[: ids.index(draft) + 1])


def test_a_desk_that_was_left_takes_no_key(visit: Open, runner: Runner, store: Store) -> None:
    """Once the address is another one, a key on the keyboard decides nothing, and nothing later."""
    run = made(runner, 2)
    page = visit(f"/review?run={run}")
    ready(page)
    page.evaluate(f"() => {{ ({UNMOUNT})(); ({LEAVE})(); ({TWICE})(); }}")
    page.reload()
    page.get_by_test_id("stDataFrame").wait_for()
    page.goto(page.url.replace("&view=table", ""))
    ready(page)
    assert {row.review for row in rows(store, run)} == {"pending"}


UNMOUNT = """() => {
  const host = [...document.querySelectorAll('*')].find(one => one.shadowRoot?.querySelector('.dm-desk'));
  globalThis.draftmillDesk.close(host.shadowRoot);
}"""
"""What Streamlit calls when it unmounts the component; the next answer of the server mounts it again."""


DEAF = """
const every = setInterval;
window.setInterval = (act, ms, ...rest) => ms === 8000 ? 0 : every(act, ms, ...rest);"""
"""The page no longer asks every eight seconds what others did."""
LEAVE = "() => history.replaceState(history.state, '', location.href + '&view=table')"
TWICE = """() => {
  for (let time = 0; time < 2; time += 1) {
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', code: 'KeyA', bubbles: true }));
  }
}"""
"""Two presses between which the server cannot answer."""


def test_undo_works_after_a_refresh(visit: Open, runner: Runner, store: Store) -> None:
    """The reviewer is the same after a reload: U takes back the last decision, and the list shows the ones before."""
    run = made(runner, 4)
    page = visit(f"/review?run={run}")
    ready(page)
    first = shown(page)
    page.keyboard.press("a")
    page.keyboard.press("x")
    applied(page)
    page.reload()
    ready(page)
    page.keyboard.press("u")
    said(page, "Undone (1 draft)")
    page.get_by_role("button", name="My decisions").click()
    expect(page.get_by_text(f"Approved · #{first}")).to_be_visible()
    settle(page)
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.get_by_text("You have not decided anything yet.")).to_be_visible()
    assert {row.review for row in rows(store, run)} == {"pending"}


def test_a_name_is_asked_for_once(visit: Open, runner: Runner, store: Store) -> None:
    """The name is shown beside decisions, and is kept over a reload."""
    run = made(runner, 2)
    page = visit(f"/review?run={run}")
    page.get_by_placeholder("Your name, for other reviewers").fill("Ann")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_placeholder("Your name, for other reviewers")).to_have_count(0)
    page.wait_for_function("document.cookie.includes('Ann')")
    page.reload()
    ready(page)
    expect(page.get_by_placeholder("Your name, for other reviewers")).to_have_count(0)
    draft = shown(page)
    page.keyboard.press("a")
    applied(page)
    assert store.reviews.history(draft)[0].who == "Ann"


def test_a_stale_tab_follows(visit: Open, runner: Runner, store: Store) -> None:
    """What another reviewer decides is seen without a reload, on the draft that is read and in the queue."""
    run = made(runner, 3)
    page = visit(f"/review?run={run}&sort=oldest")
    ready(page)
    ids = [row.id for row in rows(store, run)]
    store.reviews.decide(ids[:2], "rejected", "bo").result()
    expect(page.get_by_role("status")).to_contain_text("was changed meanwhile")
    expect(page.get_by_role("button", name="Reject", exact=True)).to_be_disabled()
    page.keyboard.press("j")
    assert shown(page) == ids[2]


def test_a_conflict_is_said(visit: Open, runner: Runner, store: Store) -> None:
    """A press on a draft that somebody has just decided changes nothing, and says who was quicker."""
    run = made(runner, 2)
    page = visit(f"/review?run={run}")
    page.add_init_script(DEAF)
    page.reload()
    ready(page)
    draft = shown(page)
    store.reviews.decide([draft], "rejected", "bo").result()
    page.keyboard.press("a")
    said(page, f"#{draft}: bo already decided")
    assert store.drafts.get(draft).review == "rejected"


def test_the_buttons_do_not_move(visit: Open, runner: Runner) -> None:
    """Over decisions, messages and drafts of any length Approve stays where it is, and each draft begins at its top."""
    page = visit(f"/review?run={made(runner, 6, kind='alignment')}")
    ready(page)
    page.locator(".dm-side").scroll_into_view_if_needed()
    approve = page.get_by_role("button", name="Approve", exact=True)
    page.get_by_test_id("stMain").evaluate("main => { main.scrollTop = 900; }")
    places = set()
    for key in ("x", "a", "u", "x", "j"):
        page.keyboard.press(key)
        applied(page)
        box = approve.bounding_box()
        assert box is not None
        places.add((box["x"], box["y"]))
        expect(page.locator(".dm-title")).to_be_in_viewport()
    assert len(places) == 1


def test_a_topic_in_another_script_does_not_turn_the_draft(visit: Open, runner: Runner) -> None:
    """An English draft on an Arabic topic is laid out from left to right; the topic is isolated."""
    page = visit(f"/review?run={made(runner, 1, ARABIC)}")
    ready(page)
    article = page.get_by_role("article")
    assert article.evaluate("one => getComputedStyle(one).direction") == "ltr"
    expect(page.locator(".dm-facts bdi", has_text=ARABIC)).to_have_count(1)


def test_an_empty_queue_leads_on(visit: Open, runner: Runner) -> None:
    """When all is reviewed the page offers the export, the rejected drafts and the next run."""
    other, run = made(runner, 2), made(runner, 2)
    page = visit(f"/review?run={run}")
    ready(page)
    page.keyboard.press("a")
    page.keyboard.press("x")
    applied(page)
    expect(page.get_by_role("button", name="Export 1 approved draft")).to_be_visible()
    expect(page.get_by_role("button", name="Regenerate 1 rejected")).to_be_visible()
    page.get_by_role("link", name="Next: run").click()
    ready(page)
    assert other and f"run={run}" not in page.url


def test_answers_are_shown_and_the_choice_is_kept(visit: Open, runner: Runner) -> None:
    """A cloze text shows its answers; H hides them, and they stay hidden after a reload."""
    page = visit(f"/review?run={made(runner, 2)}")
    ready(page)
    expect(page.locator(".dm-full").first).to_be_visible()
    page.keyboard.press("h")
    expect(page.locator(".dm-full")).to_have_count(0)
    page.reload()
    ready(page)
    expect(page.locator(".dm-full")).to_have_count(0)


def test_a_rejected_draft_is_approved_by_one_key(visit: Open, runner: Runner, store: Store) -> None:
    """A works on the Rejected tab."""
    run = made(runner, 2)
    draft = rows(store, run)[0].id
    store.reviews.decide([draft], "rejected", "bo", "level").result()
    page = visit(f"/review?run={run}&tab=rejected")
    ready(page)
    page.keyboard.press("a")
    applied(page)
    assert store.drafts.get(draft).review == "approved"


def test_reject_and_reopen_are_told_apart_in_chinese(visit: Open, runner: Runner, store: Store) -> None:
    """In Chinese the button that rejects and the one that reopens have words of their own, and do what they say."""
    run = made(runner, 2)
    page = visit(f"/review?run={run}", locale="zh-CN")
    ready(page)
    draft = shown(page)
    page.locator(".dm-desk").get_by_role("button", name="不通过").click()
    applied(page)
    assert store.drafts.get(draft).review == "rejected"
    page.goto(f"/review?run={run}&tab=rejected")
    ready(page)
    page.locator(".dm-desk").get_by_role("button", name="重新待审").click()
    applied(page)
    assert store.drafts.get(draft).review == "pending"


def test_a_reason_and_a_comment_in_words(visit: Open, runner: Runner, store: Store) -> None:
    """After X a key names the reason and words can be added; N writes a comment on the draft that is shown."""
    page = visit(f"/review?run={made(runner, 3)}")
    ready(page)
    first = shown(page)
    page.keyboard.press("x")
    page.keyboard.press("3")
    page.get_by_placeholder("Reason in your own words").fill("too many idioms")
    page.keyboard.press("Enter")
    said(page, f"#{first}: reason saved")
    second = shown(page)
    page.keyboard.press("n")
    page.keyboard.type("nice axe")  # letters, not keys
    page.keyboard.press("Control+Enter")
    said(page, f"#{second}: comment saved")
    assert store.reviews.notes([first, second]) == {first: "level: too many idioms", second: "nice axe"}
    assert shown(page) == second


def test_the_overlay_shows_and_switches_the_keys(visit: Open, runner: Runner, store: Store) -> None:
    """`?` lists the keys; with shortcuts off no letter decides, also after a reload."""
    run = made(runner, 2)
    page = visit(f"/review?run={run}")
    ready(page)
    page.keyboard.press("?")
    overlay = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(overlay.get_by_text("Approve")).to_be_visible()
    overlay.get_by_label("Keyboard shortcuts on").uncheck()
    page.keyboard.press("Escape")
    expect(overlay).to_have_count(0)
    settle(page)
    page.reload()
    ready(page)
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(overlay).to_be_visible()
    assert {row.review for row in rows(store, run)} == {"pending"}


def test_a_draft_is_opened_by_its_number(visit: Open, runner: Runner, store: Store) -> None:
    """G asks for a number and shows that draft, also one of another run."""
    one, other = made(runner, 1), made(runner, 1)
    page = visit(f"/review?run={one}")
    ready(page)
    wanted = rows(store, other)[0].id
    page.keyboard.press("g")
    page.keyboard.type(str(wanted))
    page.keyboard.press("Enter")
    page.locator(f".dm-desk[data-draft='{wanted}']").wait_for()


def test_the_focus_stays_and_the_decision_is_spoken(visit: Open, runner: Runner) -> None:
    """A clicked button keeps the focus, no frame is drawn round the page, and a live region tells the result."""
    page = visit(f"/review?run={made(runner, 3)}")
    ready(page)
    draft = shown(page)
    page.get_by_role("button", name="Approve", exact=True).click()
    said(page, f"#{draft} approved")
    applied(page)
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_focused()
    assert page.get_by_role("status").get_attribute("aria-live") == "polite"
    main = page.get_by_test_id("stMain")
    main.focus()
    page.keyboard.press("j")
    assert main.evaluate("one => one.matches(':focus-visible')")
    assert main.evaluate("one => getComputedStyle(one).outlineStyle") == "none"


def test_on_a_phone_the_bar_is_at_the_bottom(visit: Open, runner: Runner) -> None:
    """At 390 px the bar is in reach at the bottom, its buttons are at least 44 px high, and nothing is cut off."""
    page = visit(f"/review?run={made(runner, 2)}", width=390)
    ready(page)
    buttons = page.locator(".dm-actions .dm-key:visible")
    boxes = [box for box in (one.bounding_box() for one in buttons.all()) if box]
    assert all(box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    assert min(box["y"] for box in boxes) > 700
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tabs = [tab.bounding_box() for tab in page.locator(".st-key-review_tab [role=radio]").all()]
    assert len(tabs) == 5 and all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in tabs)


def test_the_console_is_clean(visit: Open, runner: Runner) -> None:
    """No error and no warning on a link to a page, and while drafts are read, decided and edited."""
    made(runner, 4)
    page = visit("/review")
    lines: list[str] = []
    page.on("console", lambda line: lines.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: lines.append(str(error)))
    page.reload()
    ready(page)
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("heading", level=1, name="Runs").wait_for()
    page.get_by_role("link", name="Review", exact=True).click()
    ready(page)
    for key in ("a", "x", "1", "u", "h", "j", "k", "?", "Escape", "e"):
        page.keyboard.press(key)
        settle(page)
    page.keyboard.press("Escape")
    applied(page)
    assert lines == []
