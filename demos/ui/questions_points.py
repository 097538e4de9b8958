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
    "points_groups": Question(
        ("points", "groups"),
        (
            "Oito grupos num anel, k = 8: o k-means acha os oito?",
            "Eight groups in a ring, k = 8: does k-means find all eight?",
        ),
        (("sempre", "always"), ("depende do início", "it depends on the start"), ("nunca", "never")),
    ),
    "points_eigenfaces": Question(
        ("points", "eigenfaces"),
        (
            "Com os mesmos 16 números, quem erra menos neste rosto?",
            "With the same 16 numbers, who errs less on this face?",
        ),
        (("as autofaces", "the eigenfaces"), ("o VAE", "the VAE"), ("quase empate", "nearly a tie")),
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
