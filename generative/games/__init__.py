"""Games of the lecture: which face is real, which word comes next, and how they are scored and sealed."""

from generative.games import albums, clues, difficulty, fakes, guess, quiz, score, seal, stock, word_votes

__all__ = ["albums", "clues", "difficulty", "fakes", "guess", "quiz", "score", "seal", "stock", "word_votes"]
