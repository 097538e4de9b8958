"""The questions of the views of *Points*, as questions.py."""

from demos.ui.question import Question

POINTS = {
    "points_game": Question(
        ("points", "game"),
        ("Os pontos falsos começam longe. Para onde vão?", "The fakes begin far off. Where will they go?"),
        (
            ("a um grupo, e ficam", "to one group, and stay"),
            ("aos dois grupos", "to both groups"),
            ("vão e voltam", "to and fro"),
        ),
    ),
    "points_arena": Question(
        ("points", "arena"),
        ("Oito grupos de pontos: quantos G vai imitar?", "Eight groups of points: how many will G imitate?"),
        (("os oito", "all eight"), ("alguns", "some"), ("um só", "only one")),
    ),
    "points_diffusion": Question(
        ("points", "diffusion"),
        ("Do ruído, num passo só: aonde se chega?", "From noise in a single step: where does it end?"),
        (("nos pontos", "on the points"), ("no meio deles", "amid them"), ("espalhado", "all over")),
    ),
    "points_pixels": Question(
        ("points", "pixels"),
        (
            "A mesma metade de cima, 16 vezes: e a de baixo?",
            "The same upper half, 16 times: what of the lower half?",
        ),
        (("sempre igual", "always the same"), ("uns tipos", "a few kinds"), ("qualquer coisa", "anything")),
    ),
}
