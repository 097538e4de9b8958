"""The page in a real browser: every tab opened and used, in both languages; no error, no other host."""

import re

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect

TABS = {
    "pt-BR": "Início Próxima.palavra Como.aprende Qual.rosto.é.real? Pontos "
    "Rostos.do.VAE Rostos.da.GAN Difusão",
    "en-US": "Start Next.word How.it.learns Which.face.is.real? Points VAE.faces GAN.faces Diffusion.faces",
}
TEXTS, QUIZ, VAE, GAN = 1, 3, 5, 6
# Gradio's stream, cut off because the test leaves the page
LEAVING = ("AbortError: signal is aborted", "Unexpected error Connection errored out")
SLOW = 30_000  # ms: the first use of a model on a busy machine


@pytest.fixture
def open_page(browser, app_url):
    """open_page(language, path, ...) -> a page; in the end no console error, no request to another host."""
    contexts, problems = [], []

    def open_it(language: str = "pt-BR", path: str = "", **options):
        context = browser.new_context(
            locale=language, **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: problems.append(str(e)))
        page.on(
            "request",
            lambda r: (
                problems.append(f"outside: {r.url}")
                if not r.url.startswith((app_url, "data:", "blob:", "about:"))
                else None
            ),
        )
        page.goto(app_url + path)
        page.wait_for_selector("[role=tab]", timeout=SLOW)
        return page

    yield open_it
    for context in contexts:
        context.close()
    problems = [problem for problem in problems if not problem.startswith(LEAVING)]
    assert not problems, problems


def open_tab(page, place: int) -> None:
    page.locator("[role=tab]").nth(place).click()


def text_box(page):
    return page.locator(".sentence textarea")


def percentages(page) -> list[float]:
    """The numbers beside the bars, the last one the rest of the vocabulary."""
    texts = page.locator(".bar .p").all_inner_texts()
    return [float(re.sub(r"[^\d,.]", "", t).replace(",", ".")) for t in texts]


@pytest.mark.parametrize(("language", "width"), [("pt-BR", 390), ("en-US", 1280)])
def test_every_tab_opens_in_the_browsers_language_and_fits(open_page, language, width):
    page = open_page(language, viewport={"width": width, "height": 800})
    tabs = [name.replace(".", " ") for name in TABS[language].split()]
    assert [t.strip() for t in page.locator("[role=tab]").all_inner_texts()][: len(tabs)] == tabs
    for place in range(len(tabs)):
        open_tab(page, place)
        expect(page.locator(".lead:visible").first).to_be_visible()
        page.wait_for_timeout(600)
        text = page.inner_text("body")
        assert "__i18n__" not in text and not re.search(
            r"\b(start|next_word|learning|real_face|points|vae_faces|gan_faces|diffusion_faces)_\w+", text
        )
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 2


def test_the_language_switch_wins_over_the_browser_and_stays(open_page):
    page = open_page("pt-BR")
    page.wait_for_timeout(1500)  # a request cut off by leaving the page would count as a console error
    page.get_by_role("button", name="English").click()
    expect(page.locator("[role=tab]").first).to_have_text("Start", timeout=SLOW)
    page.wait_for_timeout(1500)
    page.goto(page.url.split("?")[0])
    expect(page.locator("[role=tab]").first).to_have_text("Start", timeout=SLOW)
    page.wait_for_timeout(1500)
    page.goto(page.url.split("?")[0] + "?lang=pt-BR")
    expect(page.locator("[role=tab]").first).to_have_text("Início", timeout=SLOW)


def test_the_map_opens_the_tab_of_a_leaf(open_page):
    page = open_page("en-US")
    page.locator(".leaf[data-open=vae_faces]").click()
    expect(page.locator("[role=tab]").nth(VAE)).to_have_attribute("aria-selected", "true")


def test_bars_sum_to_one_and_a_click_appends_and_undo_takes_back(open_page):
    page = open_page("pt-BR")
    open_tab(page, TEXTS)
    page.wait_for_selector("button.bar", timeout=SLOW)
    expect(text_box(page)).to_have_value("Era uma vez")
    expect(page.locator("button.bar")).to_have_count(10)
    assert abs(sum(percentages(page)) - 100) < 0.6  # eleven rounded numbers
    page.locator("button.bar").first.click()
    expect(text_box(page)).not_to_have_value("Era uma vez")
    page.get_by_role("button", name="Desfazer").click()
    expect(text_box(page)).to_have_value("Era uma vez")


def test_typing_moves_the_bars_and_odd_text_gets_a_sentence(open_page):
    page = open_page("en-US")
    open_tab(page, TEXTS)
    page.wait_for_selector("button.bar", timeout=SLOW)
    before = page.locator(".bars").inner_text()
    text_box(page).fill("The king looked at his ")
    expect(page.locator(".bars")).not_to_have_text(before, timeout=SLOW)
    text_box(page).fill("   ")
    expect(page.get_by_text("Write at least one word first.").first).to_be_visible()
    text_box(page).fill("🙂 \u0000 ação " + "muito " * 20_000)
    expect(page.locator("button.bar")).to_have_count(10, timeout=SLOW)
    expect(page.get_by_text("words left out")).to_be_visible()


def test_a_word_of_the_sentence_shows_what_was_expected_there(open_page):
    page = open_page("pt-BR", "/?tab=next_word&text=Era%20uma%20vez%20uma%20menina")
    words = page.locator(".strip button")
    expect(words).to_have_count(5, timeout=SLOW)
    assert [w.split("\n")[0].strip() for w in words.all_inner_texts()] == [
        "Era",
        "uma",
        "vez",
        "uma",
        "menina",
    ]
    expect(page.locator(".total")).to_contain_text("bits")
    words.nth(3).click()
    expect(page.get_by_text("no texto vem “uma”")).to_be_visible(timeout=SLOW)
    expect(page.locator(".bar.real .label")).to_have_text("uma")
    page.get_by_role("button", name="Voltar ao fim do texto").click()
    expect(page.get_by_text("no texto vem “uma”")).to_have_count(0, timeout=SLOW)


def test_sampling_keeps_cut_off_words_in_sight_and_tokens_are_a_switch_away(open_page):
    page = open_page("en-US", "/?tab=next_word&text=Once%20upon%20a%20&top_k=2")
    expect(page.locator(".bar.cut").first).to_contain_text("cut off", timeout=SLOW)
    expect(page.locator(".bar.cut").first).to_contain_text("was")
    page.get_by_text("tokens (pieces of words)").click()
    expect(page.get_by_text("the bars are exact")).to_be_visible(timeout=SLOW)
    expect(page.locator("button.bar.cut")).to_have_count(8)


def test_a_half_typed_word_is_said_to_be_one(open_page):
    page = open_page("pt-BR", "/?tab=next_word&text=ele%20foi%20ao%20merc")
    expect(page.locator(".bar .label").first).to_have_text("mercado", timeout=SLOW)
    expect(page.get_by_text("foi lido como o começo de uma palavra")).to_be_visible()
    page.locator("button.bar").first.click()
    expect(text_box(page)).to_have_value("ele foi ao mercado ")


def test_what_the_model_wrote_can_be_taken_into_the_sentence_and_back(open_page):
    page = open_page("en-US", "?tab=next_word&view=writing&text=Once%20upon%20a")
    page.get_by_role("button", name="Write on").click()
    expect(page.locator("p.written .w").nth(2)).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Continue from here").click()
    expect(text_box(page)).to_have_value(re.compile(r"^Once upon a \S"), timeout=SLOW)
    page.get_by_role("button", name="Undo").click()
    expect(text_box(page)).to_have_value("Once upon a", timeout=SLOW)


def test_another_text_ends_what_is_being_written(open_page):
    page = open_page("en-US", "?tab=next_word&view=writing&text=Once%20upon%20a")
    page.get_by_role("button", name="Write on").click()
    expect(page.locator("p.written .w").nth(2)).to_be_visible(timeout=SLOW)
    text_box(page).fill("The king")
    expect(page.locator(".given")).to_have_text("The king", timeout=SLOW)
    page.wait_for_timeout(600)  # at five words a second, another would have come
    assert page.locator("p.written .w").count() == 0


def test_two_sentences_are_compared(open_page):
    page = open_page("en-US", "/?tab=next_word&view=pair&text=The%20dog%20ran%20to%20the%20house.")
    expect(page.get_by_text("times likelier than")).to_be_visible(timeout=SLOW)
    assert page.locator(".two section").count() == 2


def test_every_view_opens_and_computes(open_page):
    page = open_page("pt-BR")
    open_tab(page, TEXTS)
    page.wait_for_selector("button.bar", timeout=SLOW)
    for name, seen in (
        ("Escrever", "Três palavras adiante"),
        ("Duas frases", "vezes mais provável"),
        ("Tamanhos", "bigrama"),
        ("Treino", "33 mil"),
        ("Atenção", "média das"),
        ("Adivinhe", "Quanta certeza?"),
        ("Próxima palavra", "todas as outras palavras"),
    ):
        page.locator(".views [role=tab]", has_text=name).click()
        expect(page.get_by_text(seen).locator("visible=true").first).to_be_visible(timeout=SLOW)


def test_a_lesson_link_opens_a_view_and_hides_what_the_teacher_chose(open_page):
    page = open_page(
        "pt-BR", "/?tab=next_word&view=attention&text=O%20rei%20viu&hide=%5B%22model%22,%22foot%22%5D"
    )
    expect(page.get_by_text("Cada cabeça")).to_be_visible(timeout=SLOW)
    expect(page.locator(".c-model:visible, .c-foot:visible")).to_have_count(0)
    expect(page.get_by_text("Link para uma aula")).to_be_visible()


def test_a_hub_model_without_a_network_is_one_sentence_and_the_shipped_one_still_works(open_page):
    page = open_page("pt-BR", "/?tab=next_word&model=openai-community%2Fgpt2")
    expect(page.get_by_text("não está nesta máquina").first).to_be_visible(timeout=SLOW)


def test_a_link_cannot_smuggle_markup_into_the_page(open_page):
    page = open_page("en-US", "/?tab=next_word&model=%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D1%3E")
    expect(page.get_by_text("<img src=x").first).to_be_visible(timeout=SLOW)
    assert page.title() == "Veredas"


def test_the_truncation_slider_redraws_the_sheet(open_page):
    page = open_page("en-US")
    open_tab(page, GAN)
    page.wait_for_selector(".faces[data-ready=yes]", timeout=SLOW)
    sheet = page.locator(".faces").get_attribute("style")
    page.locator("input[type=range]:visible").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".faces")).not_to_have_attribute("style", sheet, timeout=SLOW)


def test_a_link_brings_back_tab_and_text(open_page):
    page = open_page("en-US", "/?tab=next_word&text=The%20old%20man%20%26%20the")
    expect(text_box(page)).to_have_value("The old man & the", timeout=SLOW)
    page.wait_for_selector("button.bar", timeout=SLOW)


def test_a_link_to_no_tab_opens_the_start(open_page):
    page = open_page("en-US", "/?tab=nowhere&z=%5Bnull%5D&seed=-1")
    page.wait_for_timeout(1500)
    expect(page.locator("[role=tab]").first).to_have_attribute("aria-selected", "true")
    expect(page.locator(".map")).to_be_visible()


@pytest.mark.parametrize(
    "link",
    [
        "?tab=vae_faces&z=%5Bnull%5D",
        "?tab=vae_faces&z=%5B1%2C2%5D",
        "?tab=gan_faces&seed=-1&psi=9",
        "?tab=gan_faces&path=99",
        "?tab=real_face&seed=1e99",
    ],
)
def test_a_broken_link_is_one_sentence_or_the_usual_start(open_page, link):
    page = open_page("en-US", "/" + link)
    page.wait_for_timeout(3000)
    assert "Traceback" not in page.inner_text("body")
    expect(page.locator(".lead:visible").first).to_be_visible()


EARLY = [("vae_faces", "Unusual"), ("gan_faces", "Growing"), ("next_word", "Attention")]


@pytest.mark.parametrize("tab, name", EARLY)
def test_a_view_opened_before_the_tab_is_ready_stays_open(open_page, tab, name):
    page = open_page("en-US", f"/?tab={tab}", reduced_motion="reduce")
    view = page.locator(".views [role=tab]", has_text=name).first
    view.click(timeout=SLOW)
    page.wait_for_timeout(3000)
    expect(view).to_have_attribute("aria-selected", "true")


def test_the_copied_link_leads_back(open_page, app_url):
    page = open_page(
        "en-US", "/?tab=gan_faces&seed=123&psi=0.6", permissions=["clipboard-read", "clipboard-write"]
    )
    page.wait_for_selector(".faces", timeout=SLOW)
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_selector(".v-toast")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(app_url) and "tab=gan_faces" in link and "seed=123" in link and "psi=0.6" in link


def test_the_quiz_is_played_at_once_without_photos_and_says_how_to_get_larger_ones(open_page):
    page = open_page("pt-BR")
    open_tab(page, QUIZ)
    page.wait_for_selector(".card[data-key]", timeout=SLOW)
    expect(page.get_by_text("python -m generative.photos fetch").first).to_be_visible(timeout=SLOW)
    page.locator(".card").nth(1).click()
    page.locator(".quiz-sure button").nth(2).click(timeout=SLOW)
    page.wait_for_selector(".card.real", timeout=SLOW)
    assert page.locator(".card.real").count() == 1 and page.locator(".card.fake").count() == 2
    page.locator(".quiz-clues button").first.click()
    expect(page.locator(".card .mark")).to_have_count(3, timeout=SLOW)
    page.locator(".card.fake").first.click()
    expect(page.locator(".origin:visible")).to_have_count(1)


def test_the_vae_picture_follows_a_drag_and_ends_on_the_last_position(open_page):
    page = open_page("en-US", reduced_motion="reduce")
    open_tab(page, VAE)
    page.wait_for_selector(".live[data-ready=yes]", timeout=SLOW)
    page.wait_for_selector(".live input[type=range]")
    axes = page.locator(".live .pane").nth(2).locator("input[type=range]")
    assert axes.count() == 32
    drag = """async (ends) => { const input = document.querySelector('.live input[type=range]');
      for (const v of ends) { input.value = v; input.dispatchEvent(new Event('input'));
        await new Promise((done) => setTimeout(done, 4)); } }"""
    picture = "document.querySelector('.live img').src"
    page.evaluate(drag, [2.4])
    page.wait_for_timeout(1500)
    at_end = page.evaluate(picture)
    page.evaluate(drag, [-2.4 + 0.04 * i for i in range(100)] + [2.4])
    page.wait_for_timeout(3000)
    assert page.evaluate(picture) == at_end
    page.get_by_role("button", name="Random face").click()
    page.wait_for_function(f"{picture} !== '{at_end}'")


def test_nothing_moves_by_itself_with_reduced_motion(open_page):
    page = open_page("en-US", reduced_motion="reduce")
    open_tab(page, VAE)
    page.wait_for_selector(".live[data-ready=yes]", timeout=SLOW)
    first = page.evaluate("document.querySelector('.live img').src")
    page.wait_for_timeout(1500)
    assert page.evaluate("document.querySelector('.live img').src") == first


def test_the_gan_sheet_holds_two_faces_and_finds_relatives(open_page):
    page = open_page("en-US")
    open_tab(page, GAN)
    page.wait_for_selector(".faces[data-ready=yes]", timeout=SLOW)
    assert page.locator(".faces button").count() == 16
    page.locator(".faces button").nth(1).click()
    expect(page.locator(".faces button.held")).to_have_count(1)
    page.locator(".faces button").nth(6).click()
    sheet = page.locator(".faces").get_attribute("style")
    expect(page.locator(".faces button small").first).to_contain_text("real", timeout=SLOW)
    page.get_by_role("button", name="More like A").click()
    expect(page.locator(".faces")).not_to_have_attribute("style", sheet, timeout=SLOW)
    expect(page.locator(".faces button.held")).to_have_count(0)


DRAG = """() => { // 40 moves of psi, as fast as a hand, then rest
  const slider = document.querySelector('.tab-gan_faces input[type=range]');
  let moves = 40;
  const timer = setInterval(() => {
    slider.value = moves ? Math.random() * 1.5 : 0.35;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    if (!moves--) clearInterval(timer);
  }, 16);
}"""


def picture(page) -> str:
    return page.evaluate("document.querySelector('.gan-sheet').style.backgroundImage")


def test_a_new_sheet_and_a_drag_of_psi_end_on_what_a_link_to_them_shows(open_page):
    page = open_page("en-US", "/?tab=gan_faces&seed=7&held=3.6", reduced_motion="reduce")
    expect(page.locator(".faces button.held")).to_have_count(2, timeout=SLOW)
    first = picture(page)
    page.get_by_role("button", name="Draw another sheet").click()
    expect(page.get_by_label("Seed")).not_to_have_value("7", timeout=SLOW)
    expect(page.locator(".faces button.held")).to_have_count(0)
    page.evaluate(DRAG)
    page.wait_for_timeout(3000)
    seed = page.get_by_label("Seed").input_value()
    link = open_page("en-US", f"/?tab=gan_faces&seed={seed}&psi=0.35", reduced_motion="reduce")
    link.wait_for_selector(".gan-sheet[data-ready=yes]", timeout=SLOW)
    assert picture(page) == picture(link) != first


def test_every_gan_view_opens_and_computes(open_page):
    page = open_page("en-US", "/?tab=gan_faces&seed=7&held=3.6", reduced_motion="reduce")
    page.wait_for_selector(".faces button.held", timeout=SLOW)
    for name, seen in (
        ("Directions", ".live[data-ready=yes] img"),
        ("From A to B", ".gan-film[data-ready=yes] .now img"),
        ("From A to B", ".gan-mix img"),
        ("Growing", ".gan-film[data-ready=yes] .now img"),
        ("Growing", ".gan-grow img"),
        ("Training", ".gan-film[data-ready=yes] .now img"),
        ("Training", ".gan-pair img"),
        ("What it cannot do", ".gan-search img"),
        ("Two models, one wish", ".gan-wish .live[data-ready=yes] img"),
    ):
        page.locator(".tab-gan_faces .views [role=tab]", has_text=name).click()
        expect(page.locator(f"{seen}:visible").first).to_be_visible(timeout=SLOW)
    page.locator("button:visible", has_text="How do we know?").click()
    expect(page.locator(".gan-table:visible td").nth(7)).to_be_visible(timeout=SLOW)


def test_a_search_draws_as_it_goes_and_can_be_stopped(open_page):
    page = open_page("en-US", "/?tab=gan_faces&view=search")
    page.get_by_role("button", name="Look for the code").click(timeout=SLOW)
    expect(page.locator(".plot polyline.fake")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Stop").click()
    page.wait_for_timeout(1500)
    stopped = page.locator(".gan-search").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator(".gan-search").inner_text() == stopped


def test_a_gan_link_brings_back_view_held_faces_and_noise(open_page):
    page = open_page("en-US", "/?tab=gan_faces&seed=9&held=2.5&psi=0.5&noise=false")
    expect(page.locator(".faces button.held")).to_have_count(2, timeout=SLOW)
    expect(page.get_by_label("Noise in the layers")).not_to_be_checked()
    page.goto(page.url.split("?")[0] + "?tab=gan_faces&view=grow")
    expect(page.locator(".gan-grow img").first).to_be_visible(timeout=SLOW)


def test_two_visitors_do_not_disturb_each_other(open_page):
    one, two = open_page("pt-BR"), open_page("en-US")
    for page in (one, two):
        open_tab(page, TEXTS)
        page.wait_for_selector("button.bar", timeout=SLOW)
    text_box(one).fill("O menino")
    expect(text_box(two)).to_have_value("Once upon a")
    one.locator("button.bar").first.click()
    expect(text_box(two)).to_have_value("Once upon a")


def test_the_projector_key_hides_all_but_the_thing_itself(open_page):
    page = open_page("en-US")
    open_tab(page, TEXTS)
    page.wait_for_selector("button.bar", timeout=SLOW)
    page.locator("h1").click()
    page.keyboard.press("p")
    expect(page.locator(".foot:visible")).to_have_count(0)
    page.keyboard.press("p")
    expect(page.locator(".foot:visible").first).to_be_visible()


def test_dark_follows_the_system(open_page):
    page = open_page("en-US", color_scheme="dark")
    page.wait_for_timeout(500)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 32, 29)"
