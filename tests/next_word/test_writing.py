"""Writing on and the tree on the page: one word more at a time, the undo, what a visitor typed."""

import asyncio
import json

from demos.next_word import knobs, tree
from demos.next_word import tab as next_word
from demos.next_word import writing as view
from demos.next_word.view import visible
from demos.ui.clickable import Pick
from generative import errors, language
from generative.language import writing
from generative.language.sampling import Options

TEXT = "Once upon a time there was"


def test_the_page_escapes_what_is_written_and_shows_each_p():
    word = writing.WrittenWord(" <b>&", 0.123)
    how = view.How(30, 0.8, 0, 0.95, 7, "language_small")
    html = view.shown(view.Written("<i>", ((word,),)), how, "pt-BR")
    assert "&lt;b&gt;&amp;" in html and "&lt;i&gt;" in html and "<b>" not in html
    assert "12,3" in html and "0,80" in html and 'class="w usual"' in html


def test_the_preset_that_the_sliders_stand_at_is_marked():
    for name, values in knobs.PRESETS.items():
        assert knobs.presets(*values).count('aria-pressed="true"') == 1
        assert f'data-pick="{name}" aria-pressed="true"' in knobs.presets(*values)
    assert 'aria-pressed="true"' not in knobs.presets(0.33, 0, 1)


def test_a_branch_or_what_was_written_joins_the_sentence_and_the_undo_keeps_the_old_one():
    taking = next_word.remembering(tree.take)
    event = Pick(None, {"pick": '[" ve", " vez", " o"]'})
    assert taking(event, "Era uma ve", ["Era"]) == ("Era uma vez o ", ["Era", "Era uma ve"])
    written = view.Written("Era", ((writing.WrittenWord(" uma", 0.5),),))
    over = next_word.remembering(view.take_over)
    button = Pick(None, None)  # carries nothing
    assert over(button, "Era", [], written) == ("Era uma ", ["Era"])
    assert over(button, "Other", [], written) == ("Other", [])  # nothing to undo


def test_each_picture_of_the_page_holds_one_word_more_and_the_state_goes_along():
    async def collect():
        stream = view.write(TEXT, "", "en", view.Written(), 1000, 5, 0.8, 0, 0.95, 1)
        return [state.words() async for _, state in stream]

    states = asyncio.run(collect())
    asked = (TEXT, language.model.writer(), 5, Options(0.8, 0, 0.95), 1)
    written = list(writing.continue_text(*asked, beyond=view.BEYOND))
    assert states[-1] == written and written[:5] == list(writing.continue_text(*asked))
    assert [len(s) for s in states] == [*range(1, len(written) + 1), len(written)]
    assert writing.SENTENCE_END.search(written[-1].text) or len(written) == 5 + view.BEYOND


def test_writing_goes_on_after_the_last_and_one_step_back_takes_it_away():
    async def last(written):
        stream = view.write(TEXT, "", "en", written, 0, 4, 0.8, 0, 0.95, 1)
        return [state async for _, state in stream][-1]

    once = asyncio.run(last(view.Written()))
    twice = asyncio.run(last(once))
    assert len(twice.words()) > len(once.words()) and twice.words()[: len(once.words())] == once.words()
    assert view.step_back(TEXT, "", "en", twice, 4, 0.8, 0, 0.95, 1)[1] == once
    assert view.step_back(TEXT, "", "en", once, 4, 0.8, 0, 0.95, 1)[1] == view.Written()
    assert view.take_over(TEXT, None, once).startswith(once.joined())
    assert view.take_over("Other text", None, once) == "Other text"


def test_three_ways_to_go_on_are_those_of_three_seeds_and_one_of_them_is_kept():
    how = (4, 0.8, 0, 0.95, 1)

    async def last():
        stream = view.write_three(TEXT, "language_small", "en", view.Written(), 0, *how)
        return [found async for found in stream][-1]

    page, written = asyncio.run(last())
    alone = [
        tuple(writing.continue_text(TEXT, "language_small", 4, Options(0.8, 0, 0.95), seed, view.BEYOND))
        for seed in (1, 2, 3)
    ]
    assert list(written.ways) == alone and not written.words() and page.count("data-pick=") == 3
    second = Pick(None, {"pick": "1"})
    _, kept = view.keep(second, TEXT, "language_small", "en", written, *how)
    assert kept == view.Written(TEXT, (alone[1],))
    assert view.step_back(TEXT, "language_small", "en", written, *how)[1] == view.Written()
    after = kept._replace(ways=written.ways)
    assert view.step_back(TEXT, "language_small", "en", after, *how)[1] == kept


def test_the_largest_shipped_model_writes_where_none_is_chosen_and_is_named():
    assert language.model.writer("") == language.model.writer(language.model.DEFAULT) == "language_xl"
    assert language.model.writer("language_small") == "language_small"
    how = view.How(1, 1, 0, 1, 0, language.model.writer())
    assert "extra large model" in view.shown(view.Written("x"), how, "en")


def test_an_error_is_said_in_the_visitors_language():
    async def only():
        return [html async for html, _ in view.write("", "", "pt-BR", view.Written(), 0, 4, 1, 0, 1, 1)]

    assert asyncio.run(only()) == [f'<p class="verdict">{errors.TextEmpty().say("pt")}</p>']
    assert "verdict" in tree.draw("", "", "en")


def test_the_api_gives_the_text_and_each_word_with_its_p():
    found = view.continue_text(TEXT, words=6, seed=1)
    assert found["text"] == TEXT + "".join(w["text"] for w in found["words"]) and len(found["words"]) == 6
    assert all(0 < w["p"] <= 1 for w in found["words"])


def test_what_a_visitor_typed_and_what_is_written_are_text(evil, times):
    written = view.Written(evil, ((writing.WrittenWord(f"\n{evil}", 0.1),),))
    how = view.How(1, 1, 0, 1, 0, "language_small")
    assert times(view.shown(written, how, "en")) == 2
    assert times(view.shown_ways(written._replace(ways=written.writings * 3), how, "en")) == 5


def test_a_word_of_the_tree_is_text_and_so_is_what_it_picks(monkeypatch, evil, times):
    found = writing.Tree(evil, [writing.Branch(evil, 0.5, 0.5, [])])
    monkeypatch.setattr(tree, "lent_tree", lambda *_: found)
    html = tree.draw(evil, "", "en")
    assert times(html, visible(evil)) == 1 and times(html, json.dumps([evil, evil])) == 1
