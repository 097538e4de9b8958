"""Random calls: a sentence each, no traceback (the fixture reads the log), no file read. See fuzz.py."""

from tests import fuzz


def test_three_hundred_random_calls_are_answered_in_sentences(app_url):
    told, bad = fuzz.run(app_url, 300, 0)
    assert not bad, bad[:5]
    assert sum(told.values()) == 300 and len({status for _, status in told}) > 2
