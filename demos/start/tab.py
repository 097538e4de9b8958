"""Start: three small stages, then the lecture's map of generative models. Each leaf opens its tab."""

import gradio as gr

from demos.room.invite import invite
from demos.start import films
from demos.ui import frame
from demos.ui.templates import render
from demos.ui.texts import Texts, beside

TAB = "start"
TEXTS = Texts(
    TAB,
    {
        "tab": ("Início", "Start"),
        "lead": (
            "Um modelo generativo aprende a distribuição dos dados, p(x), e sorteia exemplos novos. "
            "Tudo aqui calcula de verdade.",
            "A generative model learns the distribution of the data, p(x), and draws new examples. All of it "
            "computes, here.",
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
        "diffusion_faces": ("Difusão", "Diffusion"),
        "diffusion_faces_what": (
            "tira o ruído aos poucos, até sobrar um rosto; p(x) se calcula ao longo do caminho.",
            "takes the noise away bit by bit until a face is left; p(x) is computed along the way.",
        ),
        "diffusion_faces_go": ("Ver um rosto sair do ruído", "Watch a face come out of noise"),
        "mixture": ("Mistura", "Mixture"),
        "mixture_what": (
            "p(x) exata: uma soma de gaussianas, ao lado de histograma e núcleo.",
            "exact p(x): a sum of Gaussians, beside a histogram and a kernel.",
        ),
        "mixture_go": ("Perguntar: quão provável é um ponto?", "Ask how likely a point is"),
        "flow": ("Fluxo (flow)", "Normalising flow"),
        "flow_what": (
            "p(x) exata: uma gaussiana deformada por funções que se invertem.",
            "exact p(x): a Gaussian bent by functions that can be inverted.",
        ),
        "flow_go": ("Ver um fluxo aprender pontos", "Watch a flow learn points"),
        "chains": ("Cadeia de Markov", "Markov chain"),
        "chains_what": (
            "o próximo passo só depende do último: o bigrama. Máquinas de Boltzmann, que também sorteiam "
            "assim, não estão aqui.",
            "the next step depends on the last alone: the bigram. Boltzmann machines, which draw like "
            "that too, are not here.",
        ),
        "chains_go": ("Ler o que o bigrama escreve", "Read what the bigram writes"),
        "game": ("O jogo de G e D", "The game of G and D"),
        "game_what": (
            "o mesmo jogo com pontos em uma reta, um passo de cada vez.",
            "the same game with points on a line, one step at a time.",
        ),
        "game_go": ("Jogar passo a passo", "Play it step by step"),
        "quiz": ("E você, percebe a diferença?", "Can you tell the difference?"),
        "quiz_what": (
            "Três rostos; um é foto de uma pessoa real.",
            "Three faces; one is a photo of a real person.",
        ),
        "quiz_go": ("Qual rosto é real?", "Which face is real?"),
        **beside(__file__),
    },
)
VIEW_TEXTS = [films.TEXTS]


def chart() -> str:
    """The map as HTML, in both languages."""
    return render("start/map.html", TEXTS, "en")


def build(tabs: gr.Tabs, tab: gr.Tab, language_box: gr.Textbox) -> None:
    """The tab's content; a leaf opens the tab that it names (address.js)."""
    frame.lead(TEXTS)
    films.build()
    gr.HTML(chart(), apply_default_css=False)
    gr.HTML(invite("questions"), apply_default_css=False)
    frame.foot(TEXTS)
