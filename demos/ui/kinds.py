"""Whether a value from outside is of the kind that a signature names: text, number, list, object, or one of
these or nothing. What it is not is said in one sentence; whether a number fits is for what takes it."""

import types
import typing
from collections.abc import Callable
from typing import TypedDict

from generative.errors import GenerativeError, is_number


class TextWanted(GenerativeError):
    en = "“{name}” must be a text."
    pt = "“{name}” deve ser um texto."


class NumberWanted(GenerativeError):
    en = "“{name}” must be a number."
    pt = "“{name}” deve ser um número."


class SwitchWanted(GenerativeError):
    en = "“{name}” must be true or false."
    pt = "“{name}” deve ser verdadeiro ou falso (true, false)."


class ListWanted(GenerativeError):
    en = "“{name}” must be a list."
    pt = "“{name}” deve ser uma lista."


class ObjectWanted(GenerativeError):
    en = "“{name}” must be an object with named values."
    pt = "“{name}” deve ser um objeto com valores nomeados."


class ChoiceUnknown(GenerativeError):
    en = "“{name}” has no such choice. Take one of those on the page."
    pt = "“{name}” não tem essa opção. Use uma das que a página mostra."


class ValuesMiscounted(GenerativeError):
    en = "This call takes these values, in this order: {names}."
    pt = "Esta chamada recebe estes valores, nesta ordem: {names}."


class CallUnreadable(GenerativeError):
    en = "This call cannot be read. Reload the page, or look up the API's description."
    pt = "Esta chamada não pode ser lida. Recarregue a página ou consulte a descrição da API."


class Call(TypedDict, total=False):
    """What a component's script sends at least: the language that the page is read in."""

    language: str


WANTED = {str: TextWanted, float: NumberWanted, int: NumberWanted, bool: SwitchWanted}
FITS: dict[type, Callable[[object], bool]] = {
    str: lambda value: isinstance(value, str),
    bool: lambda value: isinstance(value, bool),
    int: is_number,  # whether it is whole is for `errors.within`, which also says the bounds
    float: is_number,
}


def check(name: str, value: object, kind: object) -> None:
    """Raises TextWanted, NumberWanted, SwitchWanted, ListWanted, ObjectWanted if the value is no `kind`.

    kind: str, float, int, bool, list[...], dict, a TypedDict, `... | None`; `object` and Any take all.
    """
    if typing.get_origin(kind) in (typing.Required, typing.NotRequired):
        kind = typing.get_args(kind)[0]
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kinds = typing.get_args(kind)
        if value is None and type(None) in kinds or any(one in FITS and FITS[one](value) for one in kinds):
            return
        kind = next(one for one in kinds if one is not type(None))
    if typing.get_origin(kind) is typing.Literal:
        if value not in typing.get_args(kind):
            raise ChoiceUnknown(name=name)
    elif kind in FITS:
        if not FITS[kind](value):
            raise WANTED[kind](name=name)
    elif typing.get_origin(kind) is list or kind is list:
        if not isinstance(value, list):
            raise ListWanted(name=name)
        for inner in typing.get_args(kind):
            for one in value:
                check(name, one, inner)
    elif typing.is_typeddict(kind) or kind is dict:
        check_fields(name, value, kind)


def check_fields(name: str, value: object, kind: type) -> None:
    """The fields of an object; what a TypedDict does not name passes."""
    if not isinstance(value, dict):
        raise ObjectWanted(name=name)
    if kind is dict:
        return
    for field, wanted in typing.get_type_hints(kind, include_extras=True).items():
        if field in value:
            check(field, value[field], wanted)
        elif field in kind.__required_keys__:
            check(field, None, wanted)


def mapped(value: object, texts: Callable[[str], str]) -> object:
    """The value with every text in it changed, however deep in lists."""
    if isinstance(value, str):
        return texts(value)
    return [mapped(one, texts) for one in value] if isinstance(value, list) else value
