"""What live pictures say of their sliders is text, not Markdown: a star or a backtick would be read out."""

import pytest

from demos.gan_faces import move as gan_move
from demos.vae_faces import sliders as vae_sliders


@pytest.mark.parametrize("groups", [vae_sliders.groups, gan_move.groups], ids=["vae", "gan"])
def test_no_hint_or_name_of_a_slider_carries_marks_of_markdown(groups):
    for group in groups():
        said = [*group.name, *group.hint]
        for slider in getattr(group, "sliders", []):
            said += [*slider.name, *slider.caption, *slider.note]
        assert not any(mark in text for text in said for mark in ("*", "`", "_(")), said
