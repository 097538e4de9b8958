"""What a phone or the teacher's page may be told, in Portuguese and in English."""

from generative.errors import GenerativeError


class RoomUnknown(GenerativeError):
    en = "No room has the code “{code}”. Check the four letters; a room lasts one day."
    pt = "Nenhuma sala tem o código “{code}”. Confira as quatro letras; uma sala dura um dia."


class RoomForbidden(GenerativeError):
    en = "Only the teacher's own link steers this room. Open that link, or open a room of your own."
    pt = "Só o link da professora ou do professor conduz esta sala. Use esse link ou abra uma sala sua."


class RoomFull(GenerativeError):
    en = "This room is full: {limit} devices are in it. Vote together with a neighbour."
    pt = "Esta sala está cheia: já há {limit} aparelhos nela. Vote junto com quem está ao lado."


class EnteringTooMany(GenerativeError):
    en = "Many are entering this room at once. Your turn is in about {seconds} s; this page tries again."
    pt = "Muita gente está entrando nesta sala. Sua vez vem em cerca de {seconds} s; a página tenta de novo."


class DeviceUnknown(GenerativeError):
    en = "The room does not know this device. Open the room's page first; it gives the device a name."
    pt = "A sala não conhece este aparelho. Abra antes a página da sala: ela dá um nome ao aparelho."


class RoomsTooMany(GenerativeError):
    en = "Too many rooms were opened from this address. Use one of them, or try again in an hour."
    pt = "Foram abertas salas demais deste endereço. Use uma delas ou tente de novo em uma hora."


class TriesTooMany(GenerativeError):
    en = "Too many wrong tries from this address. Wait a minute, then try again."
    pt = "Houve tentativas erradas demais deste endereço. Espere um minuto e tente de novo."


class VotingClosed(GenerativeError):
    en = "Voting on this round is closed; what you had chosen before counts. Wait for the next round."
    pt = "A votação desta rodada acabou; vale o que você já tinha escolhido. Espere a próxima rodada."


class NicknameInvalid(GenerativeError):
    en = "A nickname has at most {limit} characters. Choose a shorter one."
    pt = "Um apelido tem no máximo {limit} caracteres. Escolha um mais curto."


class RequestUnreadable(GenerativeError):
    en = "This request could not be read. Load the page again."
    pt = "Não foi possível ler este pedido. Recarregue a página."


class ConsentMissing(GenerativeError):
    en = "Confirm first that the people in the pictures are adults who agreed to be shown."
    pt = "Confirme antes que as pessoas nas fotos são adultas e concordaram em aparecer."


class QuestionsMissing(GenerativeError):
    en = "A room asks 1 to {most} questions. Tick some, or write one of your own."
    pt = "Uma sala faz de 1 a {most} perguntas. Marque algumas ou escreva a sua."


class QuestionUnknown(GenerativeError):
    en = "The app has no question called “{name}”. Load the page again and choose from its list."
    pt = "O app não tem a pergunta “{name}”. Recarregue a página e escolha da lista."


class QuestionInvalid(GenerativeError):
    en = "Your own question needs a text of at most {limit} characters."
    pt = "A sua pergunta precisa de um texto, de no máximo {limit} caracteres."


class AnswersInvalid(GenerativeError):
    en = "A question needs {fewest} to {most} different answers, each of at most {limit} characters."
    pt = "Uma pergunta precisa de {fewest} a {most} respostas diferentes, de até {limit} caracteres cada uma."


class AnswerNotOffered(GenerativeError):
    en = "Choose one of the answers, A to {last}."
    pt = "Escolha uma das respostas, de A a {last}."
