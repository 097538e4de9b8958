"""How a model learns: a page one fine-tunes on."""

from generative.learning import finetune, lora, pages, records

__all__ = ["finetune", "lora", "pages", "records"]
