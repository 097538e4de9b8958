"""A message as a chat model reads it: one text, in which marks say who speaks.

A model that was taught to answer is still one that continues a text. What makes it answer is how the text is
laid out: its own template (a Jinja program beside its weights) puts the message between marks, special tokens
such as <|im_start|>, and ends where the answer begins. Ouyang et al. 2022, https://arxiv.org/abs/2203.02155
"""

from jinja2 import TemplateError

from generative.errors import ModelWithoutTemplate, TextEmpty
from generative.language import model
from generative.text import plain


def laid_out(message: str, name: str) -> str:
    """The text that a chat model continues with its answer.

    Raises TextEmpty, ModelWithoutTemplate, and what model.load raises.
    """
    message = plain(message)
    if not message.strip():
        raise TextEmpty()
    lm = model.load(name)
    if not lm.chats:
        raise ModelWithoutTemplate(name=name or model.DEFAULT)
    said = [{"role": "user", "content": message.strip()}]
    try:
        return lm.tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
    except (TemplateError, TypeError, ValueError) as error:  # a template is a program of the model's makers
        raise ModelWithoutTemplate(name=name) from error
