"""What the views of points ask before they show: the fields of a `Question` each, as in questions.py."""

POINTS = {
    "points_game": (
        ("points", "game"),
        ("Os pontos falsos começam longe. Para onde vão?", "The fakes begin far off. Where will they go?"),
        (
            ("a um grupo, e ficam", "to one group, and stay"),
            ("aos dois grupos", "to both groups"),
            ("vão e voltam", "to and fro"),
        ),
    ),
    "points_arena": (
        ("points", "arena"),
        ("Oito grupos de pontos: quantos G vai imitar?", "Eight groups of points: how many will G imitate?"),
        (("os oito", "all eight"), ("alguns", "some"), ("um só", "only one")),
    ),
    "points_diffusion": (
        ("points", "diffusion"),
        ("Do ruído, num passo só: aonde se chega?", "From noise in a single step: where does it end?"),
        (("nos pontos", "on the points"), ("no meio deles", "amid them"), ("espalhado", "all over")),
    ),
    "points_groups": (
        ("points", "groups"),
        (
            "Oito grupos num anel, k = 8: o k-means acha os oito?",
            "Eight groups in a ring, k = 8: does k-means find all eight?",
        ),
        (("sempre", "always"), ("depende do início", "it depends on the start"), ("nunca", "never")),
    ),
    "points_eigenfaces": (
        ("points", "eigenfaces"),
        (
            "Com os mesmos 16 números, quem erra menos neste rosto?",
            "With the same 16 numbers, who errs less on this face?",
        ),
        (("as autofaces", "the eigenfaces"), ("o VAE", "the VAE"), ("quase empate", "nearly a tie")),
    ),
}
