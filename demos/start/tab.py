"""Start: the lecture's map, the taxonomy of generative models. Each leaf that the app runs opens its tab."""

import gradio as gr

from demos.ui import frame
from demos.ui.clickable import Clickable
from demos.ui.texts import Texts

TAB = "start"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Início", "Start"),
        "lead": (
            "Todo modelo generativo aprende a distribuição dos dados, p(x), e depois sorteia exemplos "
            "novos. Escolha um caminho: cada um abre um modelo que calcula de verdade, aqui.",
            "Every generative model learns the distribution of the data, p(x), then draws new examples. "
            "Pick a path: each opens a model that really computes, here.",
        ),
        "root": ("Modelos generativos", "Generative models"),
        "explicit": ("Densidade explícita", "Explicit density"),
        "explicit_what": (
            "o modelo escreve p(x) e a maximiza (ou um limite dela)",
            "the model writes p(x) down and maximises it (or a bound on it)",
        ),
        "implicit": ("Densidade implícita", "Implicit density"),
        "implicit_what": ("o modelo só sabe sortear amostras", "the model can only draw samples"),
        "next_word": ("Autorregressivo", "Autoregressive"),
        "next_word_what": (
            "p(x) exata, um pedaço de cada vez: é assim que escreve um modelo de linguagem.",
            "exact p(x), one piece at a time: how a language model writes.",
        ),
        "next_word_go": ("Prever a próxima palavra", "Predict the next word"),
        "vae_faces": ("Autocodificador variacional (VAE)", "Variational autoencoder (VAE)"),
        "vae_faces_what": (
            "p(x) aproximada por um limite; um espaço latente que se percorre.",
            "p(x) approximated by a bound; a latent space one can walk.",
        ),
        "vae_faces_go": ("Mover um rosto no espaço latente", "Move a face through latent space"),
        "gan_faces": ("Rede adversária (GAN)", "Adversarial network (GAN)"),
        "gan_faces_what": (
            "um gerador contra um crítico; ruído entra, rosto sai.",
            "a generator against a critic; noise in, face out.",
        ),
        "gan_faces_go": ("Sortear rostos que não existem", "Draw faces that do not exist"),
        "others": ("Cadeias de Markov", "Markov chains"),
        "others_what": (
            "máquinas de Boltzmann (explícita) e redes estocásticas (implícita): parte do mapa, "
            "fora deste app.",
            "Boltzmann machines (explicit) and stochastic networks (implicit): on the map, not in this app.",
        ),
        "quiz": ("E você, percebe a diferença?", "Can you tell the difference?"),
        "quiz_what": (
            "Três rostos; um é foto de uma pessoa real.",
            "Three faces; one is a photo of a real person.",
        ),
        "quiz_go": ("Qual rosto é real?", "Which face is real?"),
        "try": (
            "1. Antes de abrir qualquer aba, anote: que palavra vem depois de “Era uma vez”? Confira em "
            "*Próxima palavra*.\n2. Jogue cinco rodadas de *Qual rosto é real?* e anote seus acertos. "
            "Volte depois de ver as GANs: melhorou?\n3. Procure no mapa: qual dos três modelos consegue "
            "dizer o quanto uma frase (ou um rosto) é provável, e qual não consegue?",
            "1. Before opening any tab, write down: which word follows “Once upon a”? Check in *Next "
            "word*.\n2. Play five rounds of *Which face is real?* and note your score. Come back after "
            "the GANs: did it improve?\n3. Look at the map: which of the three models can say how "
            "probable a sentence (or a face) is, and which cannot?",
        ),
        "slides": (
            "O mapa segue a taxonomia de Goodfellow (2017), adaptada nos slides da aula. Dado um "
            "conjunto de treino $x \\sim p_{data}(x)$, o modelo aprende $p_{model}(x)$ parecida com "
            "$p_{data}(x)$ e dela sorteia amostras novas.\n\n- **explícita, tratável**: $p(x) = "
            "\\prod_t p(x_t \\mid x_1, \\dots, x_{t-1})$\n- **explícita, aproximada**: $\\log p(x) "
            "\\geq E_q[\\log p(x \\mid z)] - KL(q(z \\mid x)\\,\\|\\,p(z))$\n- **implícita**: $x = "
            "G(z)$, $z \\sim N(0, I)$",
            "The map follows Goodfellow's taxonomy (2017), as adapted on the slides. Given training "
            "data $x \\sim p_{data}(x)$, the model learns $p_{model}(x)$ similar to $p_{data}(x)$ and "
            "draws new samples from it.\n\n- **explicit, tractable**: $p(x) = \\prod_t p(x_t \\mid "
            "x_1, \\dots, x_{t-1})$\n- **explicit, approximate**: $\\log p(x) \\geq E_q[\\log p(x "
            "\\mid z)] - KL(q(z \\mid x)\\,\\|\\,p(z))$\n- **implicit**: $x = G(z)$, $z \\sim N(0, I)$",
        ),
        "behind": (
            "Veredas acompanha a aula *Introdução à Inteligência Artificial: IA Generativa*. Todos os "
            "modelos são pequenos, vêm com o app e rodam nesta máquina, sem rede. Os rostos foram "
            "aprendidos de fotos do conjunto FairFace (Kärkkäinen e Joo, WACV 2021, [CC BY "
            "4.0](https://creativecommons.org/licenses/by/4.0/)); os textos, de 32 conjuntos em "
            "português e inglês, alguns só para uso não comercial. Cada modelo tem uma ficha na pasta "
            "`weights/`.",
            "Veredas accompanies the lecture *Introduction to Artificial Intelligence: Generative "
            "AI*. All models are small, ship with the app and run on this machine, without a network. "
            "The faces were learned from photos of the FairFace set (Kärkkäinen and Joo, WACV 2021, "
            "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)); the texts from 32 sets in "
            "Portuguese and English, some for non-commercial use only. Each model has a card in the "
            "folder `weights/`.",
        ),
    },
)
VIEW_TEXTS: list[Texts] = []  # no views


def leaf(tab: str, key: str) -> str:
    """A leaf of the map that opens a tab."""
    return (
        f'<button class="leaf" data-pick="{tab}"><b>{TEXTS.both(key)}</b>{TEXTS.both(key + "_what")}'
        f"<em>{TEXTS.both(key + '_go')} →</em></button>"
    )


def chart() -> str:
    """The map as HTML: a path that forks, its leaves below."""
    return f"""<div class="map"><div class="root">{TEXTS.both("root")}</div>
<svg viewBox="0 0 1000 70" aria-hidden="true" preserveAspectRatio="none" height="56" width="100%">
<path class="trail" d="M500 2C500 40 330 24 330 68"/>
<path class="trail" style="stroke:var(--v-fake)" d="M500 2C500 40 850 24 850 68"/></svg>
<div class="halves"><div class="half"><h3>{TEXTS.both("explicit")}</h3><p>{TEXTS.both("explicit_what")}</p>
<div class="leaves">{leaf("next_word", "next_word")}{leaf("vae_faces", "vae_faces")}</div></div>
<div class="half implicit"><h3>{TEXTS.both("implicit")}</h3><p>{TEXTS.both("implicit_what")}</p>
<div class="leaves">{leaf("gan_faces", "gan_faces")}</div></div></div>
<div class="leaves"><div class="leaf later"><b>{TEXTS.both("others")}</b>{TEXTS.both("others_what")}</div>
{leaf("real_face", "quiz")}</div></div>"""


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The tab's content; `tabs` is what a leaf switches."""
    frame.lead(TEXTS)
    Clickable(chart()).pick(
        open_tab, outputs=tabs, queue=False, show_progress="hidden", api_visibility="private"
    )
    frame.foot(TEXTS)


def open_tab(event: gr.EventData) -> gr.Tabs:
    return gr.Tabs(selected=event.pick)
