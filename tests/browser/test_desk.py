"""The review desk under real keys: two hundred drafts in one session, presses that overtake the page, hostile text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import DraftFilter, DraftRow, Job, Runner, RunSpec, Store, Tuning, compare
from engine.profiles import Catalog
from engine.store import Edit
from tests.browser.conftest import SHOTS
from tests.browser.kit import Open, opening, picture, serving, settle
from tests.browser.review import QUICK, SHOWN, applied, ready, shown, wait_until_gone

DRAFTS = 200
MOST_BYTES = 25_000


class Beacon(ThreadingHTTPServer):
    """Counts who calls: nobody, if text is inert."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Caller)
        self.hits: list[str] = []


class Caller(BaseHTTPRequestHandler):
    server: Beacon

    def do_GET(self) -> None:
        self.server.hits.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def beacon() -> Iterator[Beacon]:
    server = Beacon()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def bait(beacon: Beacon) -> str:
    """What must do nothing, wherever it is."""
    url = f"http://127.0.0.1:{beacon.server_port}"
    return (
        f'<script>fetch("{url}/s")</script><img src="{url}/i"> ![x]({url}/m) $x^2$ __x__ :red[y] {{{{1}}}} '
        f"<style>*{{background:url({url}/c)}}</style> [l]({url}/l)"
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def store(home: Path, bait: str) -> Iterator[Store]:
    """What the server will show: 200 drafts to decide on, one of each kind to look at, one of each that is hostile."""
    with Store.open(home / "draftmill.db") as opened, Runner(opened, Catalog.load()) as runner:
        _make(runner, "cloze", "en", ("Campus", "Travel"), DRAFTS // 2)
        _make(runner, "cloze", "en", ("Twice",), 24)
        for kind, lang in (("cloze", "ja"), ("shadowing", "zh"), ("alignment", "en")):
            _make(runner, kind, lang, ("Look",), 1)
            run = _make(runner, kind, lang, (bait[:199],), 1)
            for row in opened.drafts.page(DraftFilter(run=run)):
                content = _hostile(row.content, bait)
                opened.reviews.edit(Edit(row.id, content, bait, bait)).result()
        job = Job(RunSpec("cloze", "en", (2,), (bait[:199],)), Tuning(1, 1), practice=QUICK)
        compare.start(opened, runner, job, compare.preset_arms(("serial", "batch"), 1), 1, note=bait[:199])
        for one in opened.runs.page(2, comparison_id=1):
            runner.join(one.id, 0.05)
        yield opened


def _make(runner: Runner, kind: str, lang: str, topics: tuple[str, ...], copies: int) -> int:
    spec = RunSpec(kind, lang, (2,), topics, copies)  # type: ignore[arg-type]
    return runner.join(runner.submit(Job(spec, Tuning(8, 10), practice=QUICK)), 0.05).id


def _hostile(value: Any, bait: str) -> Any:
    """The same shape with the bait in every text; gaps and speakers stay, or it would not be laid out."""
    if isinstance(value, dict):
        return {
            name: part if name in ("id", "label", "speaker") else _hostile(part, bait) for name, part in value.items()
        }
    if isinstance(value, list):
        return [_hostile(part, bait) for part in value]
    return f"{bait} {value}" if isinstance(value, str) else value


@pytest.fixture(scope="module")
def desk_address(store: Store, home: Path) -> Iterator[str]:
    with serving(home) as url:
        yield url


@pytest.fixture
def visit(chromium: Browser, desk_address: str) -> Iterator[Open]:
    with opening(chromium, desk_address) as open_page:
        yield open_page


def drafts(store: Store, run: int) -> list[DraftRow]:
    return store.drafts.page(DraftFilter(run=run), 500)


def decided(store: Store, run: int) -> dict[int, str]:
    return {row.id: row.review for row in drafts(store, run) if row.review != "pending"}


def test_two_hundred_drafts_take_one_key_each(visit: Open, store: Store) -> None:
    """A and X decide on exactly the draft that is shown, all 200 of them; each press sends under 25 kB."""
    before = drafts(store, 1)
    page = visit("/review?run=1")
    ready(page)
    sizes, wanted = _frames(page), {}
    for press in range(DRAFTS):
        page.locator(SHOWN).wait_for()
        draft = shown(page)
        page.keyboard.press("x" if press % 10 == 9 else "a")
        wanted[draft] = "rejected" if press % 10 == 9 else "approved"
        wait_until_gone(page, draft)
    applied(page)
    expect(page.get_by_role("heading", name="All drafts are reviewed")).to_be_visible()
    assert len(wanted) == DRAFTS
    assert decided(store, 1) == wanted
    assert 0 < sum(sizes) / DRAFTS < MOST_BYTES, f"{sum(sizes) / DRAFTS:,.0f} bytes a decision"
    expect(page.get_by_text(f"{DRAFTS} done this session")).to_be_visible()
    for _press in range(20):
        page.keyboard.press("u")
        applied(page)
    newest = list(wanted)[-20:]
    assert [row for row in drafts(store, 1) if row.id in newest] == [row for row in before if row.id in newest]
    assert len(decided(store, 1)) == DRAFTS - 20


def _frames(page: Page) -> list[int]:
    """Sizes of what the server sends from here on, compressed or not as it is."""
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def received(event: dict[str, Any]) -> None:
        text = event["response"]["payloadData"]
        sizes.append(len(text) * 3 // 4 if event["response"]["opcode"] == 2 else len(text))

    session.on("Network.webSocketFrameReceived", received)
    return sizes


def test_presses_that_overtake_the_page_decide_nothing_unseen(visit: Open, store: Store) -> None:
    """Two presses at once decide on the draft that was shown, and on the next only if it was there; nothing else."""
    page = visit("/review?run=2")
    ready(page)
    seen: set[int] = set()
    for _round in range(3):
        first = shown(page)
        page.evaluate(OBSERVE)
        page.keyboard.press("a")
        page.keyboard.press("a")
        page.keyboard.press("a")
        wait_until_gone(page, first)
        applied(page)
        seen |= {first, *map(int, page.evaluate("() => [...window.__seen]"))}
        assert set(decided(store, 2)) <= seen - {shown(page)}
        assert first in decided(store, 2)
    assert set(decided(store, 2).values()) == {"approved"}


OBSERVE = """() => {
  window.__seen = new Set();
  const desk = [...document.querySelectorAll('*')].map(one => one.shadowRoot?.querySelector('.dm-desk')).find(Boolean);
  const note = () => window.__seen.add(desk.dataset.draft || '0');
  note();
  new MutationObserver(note).observe(desk, {attributes: true});
}"""


def test_a_whole_filter_takes_one_confirmation(visit: Open, store: Store) -> None:
    """All drafts of a search are rejected after a confirmation that counts them; one U restores every row."""
    before = drafts(store, 2)
    left = len([row for row in before if row.review == "pending"])
    page = visit("/review?run=2")
    page.get_by_role("button", name=f"Bulk actions ({left})").click()
    page.get_by_text("Reject all").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"This will reject {left} pending drafts")).to_be_visible()
    dialog.get_by_role("button", name=f"Reject {left}").click()
    next_steps = page.get_by_role("heading", name="All drafts are reviewed")
    expect(next_steps).to_be_visible()
    bar = page.get_by_role("button", name="Undo")
    assert (next_steps.bounding_box() or {})["y"] < (bar.bounding_box() or {})["y"], "the next steps come first"
    expect(dialog).to_have_count(0)
    settle(page)
    assert list(decided(store, 2).values()).count("rejected") == left
    page.keyboard.press("u")
    ready(page)
    applied(page)
    assert drafts(store, 2) == before


def test_a_row_chosen_in_the_table_is_the_one_decided(visit: Open, store: Store) -> None:
    """The row that was clicked is approved; the next press of A finds nothing chosen, and decides nothing."""
    page = visit("/review?run=2&view=table")
    table = page.get_by_test_id("stDataFrame")
    table.wait_for()
    settle(page)  # the buttons above it are drawn after it
    pending = store.drafts.page(DraftFilter(run=2, review="pending"), order="flagged")
    before = decided(store, 2)
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 15, box["y"] + 35 * 2.5)
    expect(page.get_by_text("1 chosen")).to_be_visible()
    settle(page)  # Streamlit's buttons are drawn a moment before their keys are listened for
    page.keyboard.press("a")
    expect(page.get_by_text("1 chosen")).to_have_count(0)
    page.keyboard.press("a")
    settle(page)
    assert decided(store, 2) == {**before, pending[1].id: "approved"}


def test_hostile_text_is_only_read(visit: Open, store: Store, beacon: Beacon, bait: str) -> None:
    """Scripts, beacons, formulas and markup in topics and every field are letters on every page: nobody is called."""
    hostile = [row for row in store.drafts.page(DraftFilter(), 500) if row.title == bait]
    assert len(hostile) == 3
    for path in (f"/?clone={hostile[0].run}", "/compare", "/compare?comparison=1", "/health"):
        page = visit(path)
        settle(page)
        _assert_inert(page)
        page.close()
    for row in hostile:
        for path in (f"/review?draft={row.id}", f"/review?run={row.run}&view=table", f"/runs?run={row.run}", "/runs"):
            page = visit(path)
            settle(page)
            _assert_inert(page)
            if "draft=" in path:
                text = page.get_by_role("article").inner_text()
                assert " ".join(bait.split()) in " ".join(text.split())
                for key in ("h", "e"):
                    page.keyboard.press(key)
                    settle(page)
                    _assert_inert(page)
            page.close()
    assert beacon.hits == []


def _assert_inert(page: Page) -> None:
    main = page.get_by_test_id("stMain")
    expect(main.locator('img[src*="127.0.0.1"], a[href$="/l"], script, .katex, strong:text-is("x")')).to_have_count(0)


@pytest.mark.parametrize(("look", "locale"), [("light", "en-US"), ("dark", "zh-CN"), ("narrow", "zh-CN")])
def test_the_desk_is_drawn_in_every_look(visit: Open, store: Store, look: str, locale: str) -> None:
    """Each kind, the table, the form and a decided draft, for a person to look at."""
    scheme, width = ("dark" if look == "dark" else "light"), (480 if look == "narrow" else 1400)
    for name, path, keys in (
        ("cloze", "/review?run=3", "h"),
        ("shadowing", "/review?kind=shadowing&topic=Look", ""),
        ("table", "/review?run=2&view=table&tab=all", ""),
        ("alignment", "/review?kind=alignment&topic=Look", ""),
        ("form", "/review?run=3", "e"),
        ("why", "/review?run=2", "x"),
    )[: 3 if look == "narrow" else 6]:
        page = visit(path, locale=locale, scheme=scheme, width=width)
        page.locator("[class*=st-key-review_undo_] button, .dm-desk").first.wait_for()
        settle(page)
        for key in keys:
            page.keyboard.press(key)
        picture(page, SHOTS / f"desk-{name}-{look}-{locale[:2]}.png", 2600)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        if keys == "x":
            page.keyboard.press("u")
            page.get_by_text("Rejected · 0" if locale == "en-US" else "未通过 · 0").wait_for()
        page.close()
