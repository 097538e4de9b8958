"""How a language model writes: tokens, words, sentences, sizes, attention."""

from generative.language import (
    attention,
    chain,
    hub,
    lookahead,
    model,
    ngrams,
    predict,
    reading,
    sampling,
    search,
    sizes,
    spelling,
    timelapse,
    tokens,
    words,
    writing,
)

__all__ = [
    "attention",
    "chain",
    "hub",
    "lookahead",
    "model",
    "ngrams",
    "predict",
    "reading",
    "sampling",
    "search",
    "sizes",
    "spelling",
    "timelapse",
    "tokens",
    "words",
    "writing",
]
