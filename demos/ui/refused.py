"""What the system refuses, as a sentence: a file without permission, a full disk, too little memory.

It does not know what was asked of the system, nor shows where a file lies.
"""

import errno
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from generative.errors import GenerativeError


class FileForbidden(GenerativeError):
    en = "The app has no permission for {file}. Whoever runs it must allow it to read and write there."
    pt = "O app não tem permissão para {file}. Quem o executa precisa permitir leitura e escrita ali."


class FileGone(GenerativeError):
    en = "The app does not find {file} any more. Whoever runs it must bring it back."
    pt = "O app não encontra mais {file}. Quem o executa precisa recuperá-lo."


class DiskFull(GenerativeError):
    en = "The disk of the computer that runs the app is full. Make room there, then try again."
    pt = "O disco do computador que executa o app está cheio. Libere espaço e tente de novo."


class MemoryFull(GenerativeError):
    en = "The computer that runs the app has too little memory left for this. Try again in a moment."
    pt = "O computador que executa o app está sem memória para isso. Tente de novo daqui a pouco."


class SystemRefused(GenerativeError):
    en = "The computer that runs the app could not do this ({reason}). Try again in a moment."
    pt = "O computador que executa o app não conseguiu fazer isso ({reason}). Tente de novo daqui a pouco."


class DatabaseRefused(GenerativeError):
    en = "The rooms' database cannot be used ({reason}), so no vote is kept. Tell whoever runs the app."
    pt = (
        "O banco de dados das salas não pode ser usado ({reason}), e nenhum voto é guardado. Avise quem "
        "executa o app."
    )


SENTENCES = (FileForbidden, FileGone, DiskFull, MemoryFull, SystemRefused, DatabaseRefused)
KINDS = (OSError, MemoryError, SQLAlchemyError)
REFUSED = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), FileForbidden),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.EISDIR), FileGone),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), DiskFull),
    errno.ENOMEM: MemoryFull,
}


def sentence(error: OSError | MemoryError | SQLAlchemyError) -> GenerativeError:
    """The sentence for one of KINDS: by the file's name alone, never where it lies."""
    if isinstance(error, MemoryError):
        return MemoryFull()
    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", "") or type(error).__name__).partition("\n")[0][:80]
        return DiskFull() if "full" in reason else DatabaseRefused(reason=reason)
    file = f"“{Path(str(error.filename)).name}”" if error.filename else "“…”"
    kind = REFUSED.get(error.errno, SystemRefused)
    return kind(file=file, reason=errno.errorcode.get(error.errno, type(error).__name__))
