"""The scripts behind the figures still run: what writes and counts, on the smallest model."""

from benchmarks import continuations


def test_continuations_are_written_and_counted():
    model = continuations.load("small")
    texts = continuations.written(model, "Once upon a", [0, 1])
    assert texts[0] != texts[1] and texts == continuations.written(model, "Once upon a", [0, 1])
    assert all(0 < len(continuations.WORD.findall(text)) <= continuations.WORDS for text in texts)
    assert texts[0] == continuations.written(model, "Once upon a", [0])[0]  # alone as beside others
    known = {word for word in continuations.WORD.findall(texts[0].lower())}
    pairs = [("A: hello", texts[0]), ("Once upon a", texts[0])]
    counted = continuations.report(pairs, known)
    assert (
        counted["words of the training text"] == 100
        and counted["with a label of who speaks or answers"] == 50
    )
