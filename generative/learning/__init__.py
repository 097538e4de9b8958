"""How a model learns: one step on a sentence, a network of 99 numbers, a page one fine-tunes on."""

from generative.learning import finetune, lengths, lora, network99, pages, records, step, toy

__all__ = ["finetune", "lengths", "lora", "network99", "pages", "records", "step", "toy"]
