"""A message laid out as a chat model reads it: marks are special tokens, the answer comes after them."""

import json
import shutil

import pytest

from generative import errors, language, weights

TEMPLATE = (
    "{% for m in messages %}<|endoftext|>{{ m.role }}: {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|endoftext|>assistant: {% endif %}"
)
MARK = 0  # <|endoftext|> of the shipped tokenizer


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The smallest shipped model under another name, where the Hub's would lie."""
    target = tmp_path / "chatty"
    target.mkdir()
    for file in ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"):
        shutil.copyfile(weights.WEIGHTS / "language_small" / file, target / file)
    monkeypatch.setattr(language.hub, "fetch", lambda name: target)
    language.model._from_hub.cache_clear()
    yield target
    language.model._from_hub.cache_clear()


def template_in_a_file(folder, template=TEMPLATE):
    (folder / "chat_template.jinja").write_text(template)


def template_in_the_config(folder, template=TEMPLATE):
    file = folder / "tokenizer_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"chat_template": template}))


@pytest.mark.parametrize("put", [template_in_a_file, template_in_the_config])
def test_a_message_is_laid_out_by_the_models_own_template(folder, put):
    put(folder)
    text = language.chat.laid_out(" Quem é você? ", "owner/chatty")
    assert text == "<|endoftext|>user: Quem é você?\n<|endoftext|>assistant: "


def test_the_marks_of_a_chat_are_special_tokens_and_no_other_beginning_is_added(folder):
    template_in_a_file(folder)
    lm = language.model.load("owner/chatty")
    ids = language.predict.context(lm, language.chat.laid_out("Oi", "owner/chatty")).ids
    assert ids.count(MARK) == 2 and ids[0] == MARK and ids[1] != MARK
    plain = language.model.load("language_small")
    assert language.predict.context(plain, "<|endoftext|>Oi").ids.count(MARK) == 1  # the document's beginning
    assert language.predict.context(lm, "Oi").ids == language.predict.context(plain, "Oi").ids


def test_the_answer_is_predicted_after_the_marks_as_transformers_has_it(folder):
    template_in_a_file(folder)
    lm = language.model.load("owner/chatty")
    said = [{"role": "user", "content": "Oi"}]
    ids = lm.tokenizer.apply_chat_template(said, add_generation_prompt=True, return_tensors="pt")["input_ids"]
    # the last blank joins the answer's first token, as everywhere (predict.context)
    expected = lm.model(ids[:, :-1]).logits[0, -1].double().softmax(-1)
    found = language.predict.next_tokens(language.chat.laid_out("Oi", "owner/chatty"), "owner/chatty", 5)
    assert [t.p for t in found.tokens] == pytest.approx(expected.topk(5).values.tolist(), rel=1e-4)
    text = language.chat.laid_out("Oi", "owner/chatty")
    written = list(language.writing.continue_text(text, "owner/chatty", 3))
    assert len(written) == 3 and language.words.next_words(text, "owner/chatty").words


def test_a_model_without_a_template_or_with_a_broken_one_says_so(folder):
    with pytest.raises(errors.ModelWithoutTemplate, match="owner/chatty"):
        language.chat.laid_out("Oi", "owner/chatty")
    language.model._from_hub.cache_clear()
    template_in_a_file(folder, "{{ raise_exception('no') }}")
    with pytest.raises(errors.ModelWithoutTemplate):
        language.chat.laid_out("Oi", "owner/chatty")
    with pytest.raises(errors.ModelWithoutTemplate, match="language_middle"):
        language.chat.laid_out("Oi", "")
    with pytest.raises(errors.TextEmpty):
        language.chat.laid_out(" \n", "owner/chatty")
