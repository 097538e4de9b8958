"""What the views of the GAN tab are given stands as text, whatever it is."""

import pytest

from demos.gan_faces import collapse, film, grow, move, search, way, wish
from demos.ui.templates import render
from demos.ui.texts import Texts
from generative.gan.styles import Size
from tests.hostile import EVIL, harmless, says

FACTS = {
    "film": {},
    "way_mixed": {"picture": EVIL},
    "grow": {"sizes": [Size(4, EVIL, EVIL)]},
    "move": {"rows": [move.Row(EVIL, EVIL, [EVIL])]},
    "collapse": {"figures": [collapse.Figure(EVIL, EVIL, EVIL)]},
    "search": {"figures": [(EVIL, EVIL), ("", EVIL)]},
    "wish": {"rows": [wish.Row(EVIL, [EVIL])], "measured": False},
}
VIEWS = {
    "film": film,
    "way_mixed": way,
    "grow": grow,
    "move": move,
    "collapse": collapse,
    "search": search,
    "wish": wish,
}


@pytest.mark.parametrize("name", FACTS)
def test_facts_and_texts_are_no_markup(name):
    texts = VIEWS[name].TEXTS
    html = render(f"gan_faces/{name}.html", texts, "en", **FACTS[name])
    assert harmless(html)
    hostile = Texts(texts.tab, dict.fromkeys(texts.strings, (EVIL, EVIL)))
    html = render(f"gan_faces/{name}.html", hostile, "en", **FACTS[name])
    assert harmless(html) and says(html)
