"""One page in a browser: a page is learnt, its model writes in Next word; what stays out of the address."""

import pytest


@pytest.fixture(scope="module")
def page(browser, app_url):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    yield page
    page.close()


def opened(page, app_url: str, **fields) -> None:
    query = "".join(f"&{name}={value}" for name, value in fields.items())
    page.goto(f"{app_url}/?lang=en&tab=learning&view=page{query}")
    page.wait_for_selector(".tune[data-seen]", timeout=60_000)


def test_what_it_writes_changes_and_its_model_writes_in_next_word(browser, page, app_url):
    opened(page, app_url, paper="recipe", how="last")
    assert "198,016 numbers learn (10.8%)" in page.inner_text(".tune .going output")
    before = page.inner_text(".tune .before p")
    page.click(".tune .train")
    page.wait_for_selector(".tune[data-state=done]", timeout=120_000)
    assert page.inner_text(".tune .before p") == before != page.inner_text(".tune .now p")
    first = page.inner_text(".tune .figures [role=row] output").split(" → ")
    assert float(first[1]) < float(first[0])
    vote = page.get_attribute(".tune .vote", "href")
    assert vote.startswith("room/new?kind=questions#") and vote.count("answer=") == 2

    page.click(".tune .use")
    page.wait_for_selector(".bars .bar")
    page.wait_for_selector(
        ".whose :text('fine-tuned on a page')"
    )  # on the first screen, with the page's opener
    assert page.input_value(".sentence textarea").startswith("Orange cake")
    page.click(".c-model .label-wrap")
    page.wait_for_function("document.querySelector('.c-model input')?.value === 'fine-tuned on a page'")
    page.wait_for_timeout(600)  # the address follows
    assert "tab=next_word" in page.url and "visiting" not in page.url

    room = browser.new_page()
    room.goto(f"{app_url}/{vote}")
    room.wait_for_selector(".own-answer:visible")
    answers = [box.input_value() for box in room.locator(".own-answer").all()][:2]
    assert all(answers) and "Orange cake" in room.locator(".own-text").first.input_value()
    assert "target" in vote and "target" not in room.url  # the class sees the address
    assert room.evaluate("history.state.right") in answers
    room.close()


def test_a_text_of_ones_own_is_learnt_stopped_and_is_in_no_address(page, app_url):
    opened(page, app_url)
    page.fill(".tune textarea", "The rain fell on the old house by the river all night long. " * 90)
    page.click(".tune .train")
    page.wait_for_selector(".v-toast")  # what did not fit is said
    page.wait_for_function("Number(document.querySelector('.tune').dataset.step) > 0", timeout=60_000)
    page.wait_for_url("**paper=own**")
    assert "rain" not in page.url and page.inner_text(".tune .before p").startswith("The rain fell")
    page.click(".tune .stop")
    page.wait_for_selector(".tune[data-state=ready]")
    assert "Stopped" in page.inner_text(".tune .going output")
    assert page.is_disabled(".tune .use") and page.is_enabled(".tune .train")
    page.fill(".tune textarea", "word")
    page.click(".tune .train")
    page.wait_for_function("document.querySelector('.tune .going output').textContent.includes('200')")
