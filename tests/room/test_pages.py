"""A room in a real browser: a teacher, two phones, in both languages."""

import re

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
COMMAND = "GRADIO_SERVER_NAME=0.0.0.0 .venv/bin/python app.py"
SLOW = 60_000  # ms: the first round is dealt by models that may still be loading
expect.set_options(timeout=SLOW)


@pytest.fixture
def open_page(browser, app_url):
    """open_page(path, language, width): in the end no script has failed, no other host was asked."""
    contexts, problems = [], []

    def open_it(path: str, language: str = "pt-BR", width: int = 390, **options: object):
        context = browser.new_context(locale=language, viewport={"width": width, "height": 844}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.on("pageerror", lambda e: problems.append(str(e)))
        page.on(
            "request",
            lambda r: None if r.url.startswith((app_url, "data:", "blob:")) else problems.append(r.url),
        )
        page.goto(app_url + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not problems, problems


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def opened(open_page, rounds: int = 1, language: str = "pt-BR", kind: str = "one_real"):
    """A teacher's page in its lobby, and the room's code."""
    teacher = open_page("/room/new", language, 1280)
    teacher.locator(f"[value={kind}]").check()
    teacher.locator("[name=names]").check()
    teacher.locator("[name=rounds]").fill(str(rounds))
    teacher.locator("button.primary").click()
    expect(teacher.locator(".code")).to_be_visible(timeout=SLOW)
    return teacher, teacher.locator(".code").inner_text()


def test_a_class_plays_a_round_from_lobby_to_board(open_page):
    teacher, code = opened(open_page)
    assert "#" in teacher.url and teacher.locator(".qr svg").count() == 1
    expect(teacher.get_by_text(COMMAND)).to_be_visible()  # the page is open on localhost
    assert teacher.locator(".home").get_attribute("href") == "/"
    ana = open_page(f"/room/{code.lower()}")
    ana.locator("#nickname").fill("<b>Ana</b>")
    ana.locator(".nickname button").click()
    expect(ana.get_by_text("Apelido: <b>Ana</b>")).to_be_visible()
    expect(teacher.locator(".count")).to_contain_text("1 na sala")
    teacher.locator("#step").click()
    expect(ana.locator("button.face")).to_have_count(3, timeout=SLOW)
    bob = open_page("/room", "en-US")  # a late one, by the code
    bob.locator("#code").fill(code.lower())
    bob.keyboard.press("Enter")
    expect(bob.locator("button.face")).to_have_count(3)
    ana.locator("button.face").nth(1).click()
    expect(ana.get_by_text("Voto contado: B")).to_be_visible()
    ana.keyboard.press("a")
    expect(ana.get_by_text("Voto contado: A")).to_be_visible()
    bob.keyboard.press("ArrowRight")
    bob.keyboard.press("Enter")
    expect(bob.get_by_text("Vote counted: A")).to_be_visible()
    expect(teacher.locator(".count")).to_have_text("2 de 2 votaram")
    assert teacher.locator(".tally").count() == 0 and fits(ana) and fits(bob) and fits(teacher)
    teacher.locator("h1").click()
    teacher.keyboard.press("Space")
    expect(teacher.locator(".tally").first).to_contain_text("2 (100")
    expect(ana.get_by_text("A votação acabou. Seu voto: A.")).to_be_visible()
    assert ana.get_by_text("da sala").count() == 0 and ana.locator("button.face:not([disabled])").count() == 0
    teacher.locator("#step").click()
    expect(teacher.locator("figure.real")).to_have_count(1)
    expect(ana.locator(".face.fake")).to_have_count(2)
    right = ana.locator(".face").nth(0).evaluate("face => face.classList.contains('real')")
    expect(ana.get_by_text("Você acertou." if right else "você escolheu A")).to_be_visible()
    expect(bob.get_by_text("You were right." if right else "you chose A")).to_be_visible()
    teacher.get_by_role("button", name="Óculos").click()
    expect(teacher.locator(".mark")).to_have_count(3)
    teacher.locator("#step").click()
    expect(teacher.locator(".podium .names")).to_contain_text("<b>Ana</b>")
    expect(ana.get_by_text(f"Você acertou {int(right)} de 1, lugar 1 de 2")).to_be_visible()
    expect(ana.locator(".number")).to_have_text(f"{int(right)}/1")
    expect(teacher.locator(".fooled figcaption")).to_have_text([] if right else [re.compile("100")])
    assert teacher.locator(".results").is_hidden()
    teacher.get_by_role("button", name="Todos os resultados").click()
    expect(teacher.locator("td", has_text="<b>Ana</b>")).to_be_visible()
    with teacher.expect_download() as download:
        teacher.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == f"veredas-{code}.csv"


def test_none_is_a_fourth_answer_and_a_reload_keeps_the_vote(open_page):
    teacher, code = opened(open_page, kind="maybe_none", language="en-US")
    teacher.locator("#step").click()
    phone = open_page(f"/room/{code}", "en-US")
    phone.locator("button.none").click()
    expect(phone.get_by_text("Vote counted: none")).to_be_visible()
    phone.reload()
    expect(phone.locator("button.none.chosen")).to_be_visible()


def test_a_wrong_code_and_a_wrong_secret_are_a_sentence(open_page):
    phone = open_page("/room/zzzz")
    expect(phone.get_by_text("Nenhuma sala tem o código “ZZZZ”")).to_be_visible()
    expect(phone.locator("#code")).to_be_focused()
    _, code = opened(open_page)
    thief = open_page(f"/room/{code}/teacher#guess", width=1280)
    expect(thief.get_by_text("conduz esta sala")).to_be_visible()
    assert thief.locator("#step").count() == 0


def test_a_class_guesses_words_and_the_page_offers_own_pictures_only_with_consent(open_page):
    teacher = open_page("/room/new?kind=words", "en-US", 1280)
    expect(teacher.locator("[name=psi]")).to_be_hidden()
    teacher.locator("[value=faces]").check()
    teacher.locator("details.own summary").click()
    expect(teacher.locator("[name=own]")).to_be_disabled()
    teacher.locator("[name=consent]").check()
    expect(teacher.locator("[name=own]")).to_be_enabled()
    teacher.locator("[value=words]").check()
    teacher.locator("[name=passages][value=pt]").check()
    teacher.locator("[name=rounds]").fill("1")
    teacher.locator("button.primary").click()
    phone = open_page(f"/room/{teacher.locator('.code').inner_text()}")
    teacher.locator("#step").click()
    expect(phone.locator("button.word")).to_have_count(6)
    assert phone.locator(".passage .gap").count() == 1 and fits(phone)
    phone.keyboard.press("f")
    expect(phone.get_by_text("Voto contado: F")).to_be_visible()
    expect(teacher.get_by_text("1 of 1 have voted")).to_be_visible()
    assert teacher.locator(".tally").count() == 0
    teacher.locator("#step").click()
    expect(teacher.locator(".tally")).to_have_count(6)
    assert phone.locator(".yes").count() == 0 and teacher.locator(".found").count() == 0
    teacher.locator("#step").click()
    expect(teacher.locator(".word.yes")).to_have_count(1)
    expect(phone.locator(".word.yes .said")).to_have_text(teacher.locator(".passage .found").inner_text())
    expect(teacher.locator(".surprise")).to_contain_text("bits")
    assert fits(phone) and fits(teacher)
    teacher.locator("#step").click()
    expect(teacher.locator(".podium li")).to_have_count(3)  # no nicknames: the class, the model, chance
    teacher.get_by_role("button", name="All results").click()
    expect(teacher.get_by_text("Bits a word")).to_be_visible()
    expect(phone.get_by_text("lugar 1 de 1")).to_be_visible()


BAD = "<img src onerror=a>"  # as long as a nickname may be


def spoilt(route) -> None:
    """What the server says, with markup in place of everything that somebody wrote."""
    answer = route.fetch()
    said = answer.json()
    for place in (said, said.get("answer") or {}):
        place.update({key: BAD for key in ("before", "after", "link", "nickname") if key in place})
    if "words" in said:
        said["words"] = [BAD] * 6
    route.fulfill(response=answer, json=said)


def test_what_somebody_wrote_is_text_on_the_phone_and_on_the_projector(open_page):
    """A nickname, the words of a passage, an address, a file's name: no picture appears on any page."""
    teacher = open_page("/room/new?kind=words", "en-US", 1280)
    phone = open_page("/room", "en-US")
    for page in (teacher, phone):
        page.route(re.compile("/(state|stage|round/1|link)([?].*)?$"), spoilt)
    teacher.locator("[name=names]").check()
    teacher.locator("[name=rounds]").fill("1")
    teacher.locator("button.primary").click()
    expect(teacher.locator(".address")).to_have_text(BAD)
    phone.locator("#code").fill(teacher.locator(".code").inner_text())
    phone.keyboard.press("Enter")
    expect(phone.locator("#nickname")).to_have_value(BAD)
    phone.locator(".nickname button").click()
    expect(phone.locator("#note")).to_contain_text(BAD)
    teacher.locator("#step").click()
    expect(phone.locator(".passage")).to_contain_text(BAD)
    phone.keyboard.press("a")
    expect(phone.locator(".verdict")).to_contain_text(f"A (“{BAD}”)")
    for _ in range(2):
        teacher.locator("#step").click()
    expect(teacher.locator(".passage")).to_contain_text(f"{BAD} {BAD}{BAD}")  # before, the word, after
    expect(teacher.locator(".said").first).to_have_text(BAD)
    expect(teacher.locator(".verdict")).to_contain_text(BAD)
    expect(phone.locator(".word .said").first).to_have_text(BAD)
    teacher.locator("#step").click()
    expect(teacher.locator(".podium .names")).to_contain_text(BAD)
    teacher.get_by_role("button", name="All results").click()
    expect(teacher.locator("td", has_text=BAD)).to_be_visible()
    assert teacher.locator("img").count() == 0 and phone.locator("img").count() == 0
    for page in (teacher, phone):
        page.unroute_all(behavior="ignoreErrors")  # a call still waits for the room to go on


def test_a_files_name_is_never_markup(open_page):
    teacher = open_page("/room/new", "en-US", 1280)
    teacher.locator("details.own summary").click()
    teacher.locator("[name=consent]").check()
    file = {"name": f"{BAD}.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    teacher.locator("[name=own]").set_input_files([file])
    expect(teacher.locator(".own-status")).to_contain_text("0 photos ready")
    assert teacher.locator("img").count() == 0


def test_a_teacher_ticks_questions_and_writes_one_and_an_error_loses_nothing(open_page):
    teacher = open_page("/room/new?kind=questions&question=pair", "pt-BR", 1280)
    expect(teacher.locator("[name=question]:checked")).to_have_attribute("value", "pair")
    expect(teacher.locator("[name=names]")).to_be_hidden()  # nobody scores
    expect(teacher.locator(".reach code")).to_have_text(COMMAND)
    teacher.locator(".own-questions summary").click()
    teacher.locator(".own-text").fill(f"Quem {BAD}?")
    teacher.locator(".own-answer").first.fill("a GAN")
    teacher.locator("button.primary").click()
    expect(teacher.locator("#note")).to_contain_text("2 a 5 respostas diferentes")
    teacher.locator(".own-answer").nth(1).fill(BAD)
    teacher.locator("button.primary").click()
    phone = open_page(f"/room/{teacher.locator('.code').inner_text()}", "en-US")
    teacher.locator("#step").click()
    expect(phone.locator("h1")).to_contain_text("Out of order")
    for step in ("close", "reveal", "next"):
        teacher.locator("#step").click()
        if step == "reveal":
            expect(teacher.locator("a.way")).to_have_attribute("href", "/?tab=next_word&view=pair")
            expect(phone.locator(".verdict")).to_have_text("Now look. Why is it so?")
        teacher.wait_for_timeout(600)
    expect(phone.locator("h1")).to_have_text(f"Quem {BAD}?")
    phone.keyboard.press("b")
    expect(phone.locator(".verdict")).to_contain_text(f"B (“{BAD}”)")
    teacher.locator("#step").click()
    expect(teacher.locator(".verdict")).to_contain_text(f"A maioria disse B (“{BAD}”)")
    assert teacher.locator("img").count() == 0 and phone.locator("img").count() == 0
