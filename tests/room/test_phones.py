"""Phones in a real browser: no connection, a server that is killed, several tabs, no cookies."""

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.room.conftest import Asked, Server

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
SLOW = 60_000  # ms


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("rooms")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEREDAS_DATABASE_URL", f"sqlite:///{folder}/rooms.db")
        patch.setenv("VEREDAS_KEY_FILE", str(folder / "key"))
        server = Server()
        server.ready()
        yield server
        server.kill()


@pytest.fixture
def phone(browser) -> Iterator:
    """phone(url, context=None): a page; every context is closed in the end, no script has failed."""
    contexts, problems = [], []

    def open_it(url: str, context: object = None):
        if context is None:
            options = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
            context = browser.new_context(locale="en-US", **options)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url)
        expect(page.locator("button.word")).to_have_count(3, timeout=SLOW)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not problems, problems


def says(page, text: str, ms: int = SLOW) -> None:
    expect(page.locator(".verdict")).to_contain_text(text, timeout=ms)


def test_a_vote_changed_without_a_connection_is_kept_told_and_sent(server, phone):
    room = Asked(server.url)
    page = phone(room.url)
    says(page, "Tap an answer.")
    page.locator("button.word").nth(0).tap()
    says(page, "Vote counted: A")
    page.context.set_offline(True)
    page.locator("button.word").nth(2).tap()
    page.locator("button.word").nth(1).tap()
    says(page, "Your vote, B, is kept")
    page.context.set_offline(False)
    says(page, "Vote counted: B")
    room.step("1-open")
    assert room.stage()["tally"] == [0, 1, 0]
    says(page, "Your vote: B")


def test_a_vote_that_comes_too_late_says_so_and_what_counts(server, phone):
    room = Asked(server.url)
    page = phone(room.url)
    page.locator("button.word").nth(0).tap()
    says(page, "Vote counted: A")
    page.context.set_offline(True)
    page.locator("button.word").nth(1).tap()
    says(page, "is kept")
    room.step("1-open")
    page.context.set_offline(False)
    says(page, "Voting had ended: B came too late, A counts.")
    room.step("1-closed")
    says(page, "B came too late. Now look.")
    assert room.stage()["answer"]["tally"] == [1, 0, 0]


def test_every_tab_of_a_phone_shows_its_vote(server, phone):
    room = Asked(server.url)
    first = phone(room.url)
    second = phone(room.url, first.context)
    first.locator("button.word").nth(0).tap()
    says(second, "Vote counted: A")
    second.locator("button.word").nth(2).tap()
    says(first, "Vote counted: C")
    assert room.stage()["joined"] == room.stage()["voted"] == 1


def test_a_page_without_cookies_votes_once_and_knows_its_vote_after_a_reload(server, phone):
    room = Asked(server.url)
    page = phone(room.url)
    page.context.clear_cookies()
    page.route("**/*", lambda route: route.continue_(headers=_without_cookie(route.request.headers)))
    page.locator("button.word").nth(1).tap()
    says(page, "Vote counted: B")
    page.evaluate("localStorage.clear()")
    page.reload()
    says(page, "Vote counted: B")
    page.locator("button.word").nth(0).tap()
    says(page, "Vote counted: A")
    assert room.stage()["voted"] == 1


def _without_cookie(headers: dict) -> dict:
    return {name: value for name, value in headers.items() if name != "cookie"}


def test_emptied_seats_are_taken_again_by_whoever_is_there(server, phone):
    room = Asked(server.url)
    page = phone(room.url)
    page.locator("button.word").nth(1).tap()
    says(page, "Vote counted: B")
    assert httpx.post(f"{room.url}/empty", headers=room.secret).json() == {"emptied": 1}
    end = time.monotonic() + 20
    while room.stage()["voted"] != 1 and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert room.stage()["voted"] == 1
    says(page, "Vote counted: B")


def test_a_phone_is_back_soon_after_its_server_was_killed(server, phone):
    room = Asked(server.url)
    page = phone(room.url)
    page.locator("button.word").nth(0).tap()
    says(page, "Vote counted: A")
    server.kill()
    page.locator("button.word").nth(2).tap()
    says(page, "is kept")
    server.start()
    server.ready()
    says(page, "Vote counted: C", 10_000)
    expect(page.locator("#note")).to_be_empty()
    room.step("1-open")
    says(page, "Your vote: C", 10_000)
