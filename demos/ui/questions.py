"""What a view asks before it shows: one question each, with two or three answers to tap. Rooms ask them too.

A prediction made first is remembered better (Kim, Reinecke and Hullman, CHI 2017).
"""

from typing import NamedTuple

from demos.ui.questions_points import POINTS

Both = tuple[str, str]  # Portuguese, English


class Question(NamedTuple):
    """One line, and what may be answered; there is no right answer here, one looks and sees.

    view: the tab and the view that it asks about; () for a question of a teacher's own.
    """

    view: tuple[str, str] | tuple[()]
    text: Both
    answers: tuple[Both, ...]


QUESTIONS = {
    "bars": Question(
        ("next_word", "bars"),
        (
            "Quanto o modelo vai dar à palavra mais provável?",
            "How much will the model give its first word?",
        ),
        (("menos de 20 %", "under 20%"), ("de 20 a 60 %", "20 to 60%"), ("mais de 60 %", "over 60%")),
    ),
    "writing": Question(
        ("next_word", "writing"),
        (
            "Ao escrever, o modelo põe a palavra mais provável…",
            "As it writes, the model puts the likeliest word…",
        ),
        (("sempre", "always"), ("quase sempre", "nearly always"), ("às vezes", "sometimes")),
    ),
    "pair": Question(
        ("next_word", "pair"),
        (
            "Fora de ordem, a frase fica quantas vezes menos provável?",
            "Out of order, how many times less likely is the sentence?",
        ),
        (("igual", "no change"), ("umas dez", "some ten"), ("mais de mil", "over a thousand")),
    ),
    "ladder": Question(
        ("next_word", "ladder"),
        ("De qual modelo em diante sai uma frase?", "From which model on is it a sentence?"),
        (
            ("o trigrama", "the trigram"),
            ("a rede pequena", "the small network"),
            ("só as maiores", "only the larger ones"),
        ),
    ),
    "training": Question(
        ("next_word", "training"),
        (
            "Antes do treino, o que o modelo espera depois deste texto?",
            "Before training, what does it expect?",
        ),
        (
            ("tudo por igual", "anything alike"),
            ("as palavras comuns", "common words"),
            ("a palavra certa", "the right word"),
        ),
    ),
    "learning_page": Question(
        ("learning", "page"),
        ("Depois de uma página, o modelo…", "After one page, the model…"),
        (("decora", "recites it"), ("imita", "imitates"), ("ignora", "ignores")),
    ),
    "attention": Question(
        ("next_word", "attention"),
        ("Para prever, o modelo olha mais para…", "To predict, the model looks most at…"),
        (
            ("a última palavra", "the last word"),
            ("a primeira", "the first"),
            ("a que dá o sentido", "the one that matters"),
        ),
    ),
    "learning_numbers": Question(
        ("learning", "numbers"),
        (
            "Peixes nadam em 3 de 4 frases. Treinada, a rede dará a “nadam”…",
            "Fish swim in 3 of 4 sentences. Once trained, it gives “swim”…",
        ),
        (("100 %", "100%"), ("uns 75 %", "about 75%"), ("outra coisa", "neither")),
    ),
    "learning_step": Question(
        ("learning", "step"),
        (
            "Um passo em uma frase: e as outras frases?",
            "One step on a sentence: what becomes of the others?",
        ),
        (
            ("nada", "nothing"),
            ("melhoram também", "they get better too"),
            ("pioram um pouco", "a little worse"),
        ),
    ),
    **{name: Question(*one) for name, one in POINTS.items()},
    "vae_move": Question(
        ("vae_faces", "move"),
        (
            "Leve o sorriso até o fim: o que mais muda no rosto?",
            "Move the smile to its end: what else changes?",
        ),
        (
            ("só a boca", "only the mouth"),
            ("boca e bochechas", "mouth and cheeks"),
            ("o rosto todo", "the whole face"),
        ),
    ),
    "vae_between": Question(
        ("vae_faces", "between"),
        ("No meio do caminho entre dois rostos, o que se vê?", "Halfway between two faces, what is seen?"),
        (
            ("os dois sobrepostos", "both, one on the other"),
            ("um terceiro rosto", "a third face"),
            ("um borrão", "a blur"),
        ),
    ),
    "vae_way": Question(
        ("vae_faces", "way"),
        (
            "Andando por entre os rostos, passa-se por algo que não é rosto?",
            "Walking from face to face, do we pass what is no face?",
        ),
        (("sim, várias vezes", "yes, often"), ("uma vez ou outra", "now and then"), ("nunca", "never")),
    ),
    "vae_photo": Question(
        ("vae_faces", "photo"),
        (
            "Resumido em 32 números e redesenhado, o rosto…",
            "Squeezed into 32 numbers and redrawn, the face…",
        ),
        (
            ("fica igual", "is the same"),
            ("parece um parente", "looks like a relative"),
            ("é outra pessoa", "is someone else"),
        ),
    ),
    "bottleneck": Question(
        ("vae_faces", "bottleneck"),
        (
            "Com só 2 números para o rosto inteiro, o que sobra?",
            "With 2 numbers for a whole face, what is left?",
        ),
        (
            ("nada que se reconheça", "nothing to recognise"),
            ("pose e luz", "pose and light"),
            ("quem é a pessoa", "who it is"),
        ),
    ),
    "beta": Question(
        ("vae_faces", "beta"),
        (
            "Com β = 0, um z sorteado ao acaso vira um rosto?",
            "With β = 0, does a z drawn at random become a face?",
        ),
        (
            ("sim, o mais nítido", "yes, the sharpest"),
            ("mais ou menos", "more or less"),
            ("não", "no"),
        ),
    ),
    "map": Question(
        ("vae_faces", "map"),
        ("Dois pontos vizinhos no mapa: os rostos são…", "Two neighbouring dots on the map: the faces are…"),
        (
            ("da mesma pessoa", "of one person"),
            ("de pose e luz parecidas", "alike in pose and light"),
            ("quaisquer", "any two"),
        ),
    ),
    "unusual": Question(
        ("vae_faces", "outliers"),
        (
            "Desfoque a foto: para o VAE ela fica mais incomum?",
            "Blur the photo: does the VAE find it more unusual?",
        ),
        (("mais", "more so"), ("igual", "the same"), ("menos", "less so")),
    ),
    "groups": Question(
        ("vae_faces", "groups"),
        (
            "O VAE redesenha igualmente bem os rostos de todos os grupos?",
            "Does the VAE redraw faces of every group equally well?",
        ),
        (
            ("sim", "yes"),
            ("melhor os mais fotografados", "best those with most photos"),
            ("depende de outra coisa", "it depends on something else"),
        ),
    ),
    "outliers": Question(
        ("vae_faces", "ranking"),
        ("Qual será a mais incomum para o VAE?", "Which will the VAE find most unusual?"),
        (
            ("um rosto da GAN", "a face by the GAN"),
            ("um rosto de ponta-cabeça", "a face upside down"),
            ("ruído", "noise"),
        ),
    ),
    "gan_sheet": Question(
        ("gan_faces", "sheet"),
        ("Leve ψ a zero: os dezesseis rostos ficam…", "Move ψ to zero: the sixteen faces become…"),
        (("todos iguais", "all the same"), ("mais variados", "more varied"), ("só ruído", "mere noise")),
    ),
    "gan_way": Question(
        ("gan_faces", "way"),
        (
            "No meio do caminho entre dois rostos, o que haverá?",
            "Halfway between two faces, what will there be?",
        ),
        (
            ("um borrão dos dois", "a blur of both"),
            ("um rosto nítido", "a sharp face"),
            ("nada que se reconheça", "nothing one knows"),
        ),
    ),
    "gan_move": Question(
        ("gan_faces", "move"),
        ("Vire a cabeça: o que mais se move junto?", "Turn the head: what else moves along?"),
        (("nada", "nothing"), ("a luz", "the light"), ("a idade aparente", "the apparent age")),
    ),
    "gan_grow": Question(
        ("gan_faces", "grow"),
        (
            "A rede começa em 4 × 4 pixels. Quando se vê um rosto?",
            "It begins at 4 × 4 pixels. When is it a face?",
        ),
        (("em 8 × 8", "at 8 × 8"), ("em 16 × 16", "at 16 × 16"), ("em 32 × 32", "at 32 × 32")),
    ),
    "gan_training": Question(
        ("gan_faces", "training"),
        ("O que a GAN aprende primeiro?", "What does the GAN learn first?"),
        (
            ("as cores", "the colours"),
            ("o contorno do rosto", "the outline of a face"),
            ("os olhos", "the eyes"),
        ),
    ),
    "gan_search": Question(
        ("gan_faces", "search"),
        (
            "Procurando o código de um rosto dado, a GAN acha…",
            "Searching the code of a given face, the GAN finds…",
        ),
        (
            ("o mesmo rosto", "the same face"),
            ("um parecido", "a similar one"),
            ("nada parecido", "nothing like it"),
        ),
    ),
    "gan_wish": Question(
        ("gan_faces", "wish"),
        (
            "Peça um sorriso aos dois: qual rosto muda mais além da boca?",
            "Ask both to smile: whose face changes more?",
        ),
        (("o do VAE", "the VAE's"), ("o da GAN", "the GAN's"), ("os dois igual", "both alike")),
    ),
    "diffusion_noise": Question(
        ("diffusion_faces", "noise"),
        (
            "Em que parte do caminho se decide de quem é o rosto?",
            "Where on the way is it decided whose face it will be?",
        ),
        (("no começo", "early"), ("no meio", "halfway"), ("no fim", "late")),
    ),
    "diffusion_steps": Question(
        ("diffusion_faces", "steps"),
        (
            "Com 5 passos em vez de 50, o mesmo ruído vira…",
            "In 5 steps instead of 50 the same noise becomes…",
        ),
        (
            ("a mesma pessoa, mais lisa", "the same person, smoother"),
            ("outra pessoa", "someone else"),
            ("só uma mancha", "a mere blot"),
        ),
    ),
    "diffusion_wishes": Question(
        ("diffusion_faces", "wishes"),
        ("Peça 70 anos: o que muda além das rugas?", "Ask for 70 years: what changes beside wrinkles?"),
        (
            ("nada", "nothing"),
            ("cabelo e pele", "hair and skin"),
            ("a pessoa toda", "the whole person"),
        ),
    ),
    "diffusion_models": Question(
        ("diffusion_faces", "models"),
        (
            "Peça um sorriso aos três: quem deixa de ser a mesma pessoa?",
            "Ask all three to smile: who turns into someone else?",
        ),
        (("VAE", "VAE"), ("GAN", "GAN"), ("difusão", "diffusion")),
    ),
    "diffusion_photo": Question(
        ("diffusion_faces", "photo"),
        (
            "Com metade de ruído, a foto ainda volta?",
            "Half of it noise: does the photo still come back?",
        ),
        (
            ("a mesma pessoa", "the same person"),
            ("uma pessoa parecida", "someone like them"),
            ("outra pessoa", "someone else"),
        ),
    ),
    "diffusion_six": Question(
        ("diffusion_faces", "six"),
        (
            "Qual dos cinco redesenha um rosto com mais fidelidade?",
            "Which of the five redraws a face most faithfully?",
        ),
        (("o VAE", "the VAE"), ("a GAN", "the GAN"), ("a difusão", "diffusion")),
    ),
    "points_densities": Question(
        ("points", "densities"),
        (
            "Qual deles não consegue dizer quão provável é um ponto?",
            "Which of them cannot say how likely a point is?",
        ),
        (("o histograma", "the histogram"), ("o VAE", "the VAE"), ("a GAN", "the GAN")),
    ),
}
