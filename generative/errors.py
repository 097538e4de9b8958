"""Errors that a visitor may read: what happened and what to do next, in Portuguese and in English.

Only these reach the page; what the system refuses becomes one of them (demos/ui/refused.py). Every other
exception is a bug and stays visible in the log.
"""

import math


class GenerativeError(Exception):
    """A sentence for the visitor. Children give `en` and `pt` with the same {fields}; `facts` fill them."""

    en = "This could not be done."
    pt = "Não foi possível fazer isso."

    def __init__(self, **facts: object):
        self.facts = facts
        super().__init__(self.say("en"))

    def say(self, language: str) -> str:
        """The sentence for the visitor: Portuguese for 'pt', 'pt-BR' and the like, else English."""
        portuguese = language.lower().startswith("pt")
        facts = {name: written(fact, portuguese) for name, fact in self.facts.items()}
        return (self.pt if portuguese else self.en).format(**facts)


def written(fact: object, portuguese: bool) -> object:
    """A number as the visitor's language writes it: 1,000.5, or 1.000,5 in Portuguese; all else as it is."""
    if not is_number(fact):
        return fact
    text = f"{int(fact):,}" if fact == int(fact) else f"{fact:g}"
    return text.translate(str.maketrans(",.", ".,")) if portuguese else text


class WeightsMissing(GenerativeError):
    en = "The file {file} is missing. Bring it back with: git checkout -- {file}"
    pt = "Falta o arquivo {file}. Recupere-o com: git checkout -- {file}"


class WeightsUnreadable(GenerativeError):
    en = "The app may not read the file {file}. Whoever runs it must give it permission."
    pt = "O app não tem permissão para ler o arquivo {file}. Quem o executa precisa dar essa permissão."


class WeightsDamaged(GenerativeError):
    en = "The file {file} is damaged. Bring it back with: git checkout -- {file}"
    pt = "O arquivo {file} está corrompido. Recupere-o com: git checkout -- {file}"


class TextEmpty(GenerativeError):
    en = "Write at least one word first."
    pt = "Escreva primeiro ao menos uma palavra."


class TextTooLong(GenerativeError):
    en = "This text has {n} {unit}; at most {limit} fit. Use a shorter passage."
    pt = "Este texto tem {n} {unit}; cabem no máximo {limit}. Use um trecho mais curto."


class UnitUnknown(GenerativeError):
    en = "“{unit}” is no unit. Ask for “word” or “token”."
    pt = "“{unit}” não é uma unidade. Peça “word” ou “token”."


class ModelNotFound(GenerativeError):
    en = "No model is called “{name}” on the Hugging Face Hub. Check the spelling: owner/name."
    pt = "Nenhum modelo se chama “{name}” no Hugging Face Hub. Confira a grafia: dono/nome."


class RevisionNotFound(GenerativeError):
    en = "“{name}” has no branch “{revision}”. The model's page on the Hub lists its branches."
    pt = "“{name}” não tem o ramo “{revision}”. A página do modelo no Hub lista os ramos que há."


class ModelUnreachable(GenerativeError):
    en = (
        "“{name}” is not on this machine and the Hub cannot be reached. Check the network, or use the "
        "shipped model."
    )
    pt = (
        "“{name}” não está nesta máquina e o Hub não responde. Confira a rede ou use o modelo que já "
        "vem no app."
    )


class ModelGated(GenerativeError):
    en = (
        "“{name}” asks for an account and a licence agreement. Log in with `hf auth login`, or pick an "
        "open model."
    )
    pt = "“{name}” exige conta e aceite de licença. Entre com `hf auth login` ou escolha um modelo aberto."


class ModelGone(GenerativeError):
    en = (
        "The fine-tuned model is no longer in memory: it goes with the visit, after half an hour without "
        "use, or to make room. Train it again on “One page”, or choose another model."
    )
    pt = (
        "O modelo ajustado não está mais na memória: ele se vai com a visita, depois de meia hora sem uso ou "
        "para dar lugar a outro. Treine de novo em “Uma página” ou escolha outro modelo."
    )


class ModelUnsuitable(GenerativeError):
    en = "“{name}” cannot be used here: {reason}. Pick a causal language model with safetensors weights."
    pt = (
        "“{name}” não pode ser usado aqui: {reason}. Escolha um modelo de linguagem causal com pesos "
        "safetensors."
    )


class NumberOutOfRange(GenerativeError):
    en = "{name} must be a number from {low} to {high}."
    pt = "{name} deve ser um número de {low} a {high}."


class WholeNumberOutOfRange(NumberOutOfRange):
    en = "{name} must be a whole number from {low} to {high}."
    pt = "{name} deve ser um número inteiro de {low} a {high}."


class LatentInvalid(GenerativeError):
    en = "z must be {z_dim} finite numbers."
    pt = "z deve ter {z_dim} números finitos."


class PhotoUnreadable(GenerativeError):
    en = "This file is not a picture that can be read. Use a JPEG, PNG, WebP or AVIF photo."
    pt = "Este arquivo não é uma imagem legível. Use uma foto JPEG, PNG, WebP ou AVIF."


class PhotoTooLarge(GenerativeError):
    en = "This picture is too large ({what}); at most {limit}. Make it smaller and try again."
    pt = "Esta imagem é grande demais ({what}); o máximo é {limit}. Reduza-a e tente de novo."


class NoFace(GenerativeError):
    en = "No face found. Use a photo of one adult looking at the camera, in good light."
    pt = "Nenhum rosto encontrado. Use a foto de um adulto de frente para a câmera, com boa luz."


class SeveralFaces(GenerativeError):
    en = "Found {n} faces of similar size. Crop the photo to one face."
    pt = "Há {n} rostos de tamanho parecido. Recorte a foto para ficar um só."


class PhotosMissing(GenerativeError):
    en = "No real photos here yet. While there is a network, run: python -m generative.photos fetch"
    pt = "Ainda não há fotos reais aqui. Com rede, rode: python -m generative.photos fetch"


class PhotosUnreachable(GenerativeError):
    en = "The photos could not be fetched: {reason}. Check the network and try again."
    pt = "Não foi possível baixar as fotos: {reason}. Confira a rede e tente de novo."


class RoundInvalid(GenerativeError):
    en = "This round was not dealt by this app. Start a new round."
    pt = "Esta rodada não foi criada por este app. Comece uma nova rodada."


class ChoiceInvalid(GenerativeError):
    en = "Choose A, B or C."
    pt = "Escolha A, B ou C."


class PhotosFaceless(GenerativeError):
    en = (
        "No photo with one clear face in “{name}” (VEREDAS_PHOTOS). Give a folder or a .tar with "
        "portraits of adults."
    )
    pt = (
        "Nenhuma foto com um rosto nítido em “{name}” (VEREDAS_PHOTOS). Indique uma pasta ou .tar com "
        "retratos de adultos."
    )


class ModelNotCausal(ModelUnsuitable):
    en = (
        "“{name}” is not a causal language model that works without code of its own. Try "
        "openai-community/gpt2."
    )
    pt = (
        "“{name}” não é um modelo de linguagem causal que dispense código próprio. Experimente "
        "openai-community/gpt2."
    )


class ModelWithoutSafetensors(ModelUnsuitable):
    en = "“{name}” has no readable safetensors weights, the only kind opened here. Pick another model."
    pt = "“{name}” não tem pesos safetensors legíveis, o único tipo aberto aqui. Escolha outro modelo."


class ModelTokenizerUnknown(ModelUnsuitable):
    en = "The tokenizer of “{name}” cannot be read here. Pick another model."
    pt = "O tokenizador de “{name}” não pode ser lido aqui. Escolha outro modelo."


class ModelWithoutTemplate(ModelUnsuitable):
    en = (
        "“{name}” has no chat template: it only continues a text. Pick an instruct model, such as "
        "HuggingFaceTB/SmolLM2-135M-Instruct."
    )
    pt = (
        "“{name}” não tem um modelo de conversa (chat template): só continua um texto. Escolha um modelo "
        "instruct, como HuggingFaceTB/SmolLM2-135M-Instruct."
    )


class ModelTooLarge(ModelUnsuitable):
    en = "“{name}” needs {need} GB of memory and {free} GB are free. Pick a smaller model."
    pt = "“{name}” precisa de {need} GB de memória e há {free} GB livres. Escolha um modelo menor."


LARGEST_SEED = 2**53 - 1  # every whole number up to here is exact in JSON and in a browser


def is_number(value: object) -> bool:
    """Whether this is a number, and neither true, false, NaN nor endless."""
    return not isinstance(value, bool) and (
        isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    )


def within(name: str, value: object, low: float, high: float, whole: bool = False) -> float:
    """The value, if it is a number (a whole one) from low to high. Raises NumberOutOfRange, also for NaN."""
    if not is_number(value) or not low <= value <= high or (whole and value != int(value)):
        raise (WholeNumberOutOfRange if whole else NumberOutOfRange)(name=name, low=low, high=high)
    return int(value) if whole else value


def check_seed(value: object) -> int:
    """A seed: a whole number from 0 to 2**53 - 1. Raises NumberOutOfRange."""
    return within("seed", value, 0, LARGEST_SEED, whole=True)


class ModeUnknown(GenerativeError):
    en = "There is no such kind of round. Choose one of: {modes}."
    pt = "Não existe esse tipo de rodada. Escolha um destes: {modes}."


class WordNotOffered(GenerativeError):
    en = "Choose one of the six words, A to F."
    pt = "Escolha uma das seis palavras, de A a F."


class WishUnknown(GenerativeError):
    en = "One can wish for: {names}."
    pt = "O que se pode pedir: {names}."


class PoolFull(GenerativeError):
    en = "{n} others are waiting already. Try again in about {seconds} seconds."
    pt = "Já há {n} pessoas esperando. Tente de novo em cerca de {seconds} segundos."


class JobDropped(GenerativeError):
    en = "This was stopped, because nobody was watching it. Start it again."
    pt = "Isto foi interrompido, porque ninguém estava olhando. Comece de novo."


class BranchUnreadable(GenerativeError):
    en = "The branches of a way are written “step.seed”, one after another with “-” between them."
    pt = "Os desvios de um caminho se escrevem “passo.semente”, um após o outro, com “-” entre eles."


class NoiseInvalid(GenerativeError):
    en = "This is not the noise of a face. Choose the photo again."
    pt = "Isto não é o ruído de um rosto. Escolha a foto de novo."


class MakersMissing(GenerativeError):
    en = "At least one model must make faces for this game. Choose the GAN, the diffusion model or the VAE."
    pt = "Pelo menos um modelo precisa fazer rostos para este jogo. Escolha a GAN, a difusão ou o VAE."


class Unexpected(GenerativeError):
    en = "Something went wrong in the app itself; its log says what. Reload the page and try again."
    pt = "Algo deu errado no próprio app; o registro (log) diz o quê. Recarregue a página e tente de novo."
