"""Tokens as bytes: our alphabet against that of the tokenizers library, other kinds of vocabularies."""

from generative.language import tokens


def test_our_byte_alphabet_is_that_of_the_tokenizers_library():
    from tokenizers.pre_tokenizers import ByteLevel

    assert sorted(tokens.byte_alphabet()) == sorted(ByteLevel.alphabet())
    assert sorted(tokens.byte_alphabet().values()) == list(range(256))


def test_a_vocabulary_with_bars_for_spaces_and_bytes_in_brackets_is_read_too():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocab = {t: i for i, t in enumerate(["<unk>", *(f"<0x{b:02X}>" for b in range(256)), "▁", "a", "▁a"])}
    t = Tokenizer(models.BPE(vocab, [("▁", "a")], byte_fallback=True, unk_token="<unk>"))
    t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=t, unk_token="<unk>")
    known = tokens.pieces(tokenizer, len(vocab) + 3)
    ids = tokens.encode(tokenizer, "a a é🎉", known)
    assert b"".join(known[i] for i in ids) == "a a é🎉".encode()
    assert known[vocab["▁a"]] == b" a" and known[-3:] == [b"", b"", b""]
