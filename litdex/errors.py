"""Every error that litdex raises on purpose, and the exit code that each one means.

LitdexError                 3   a fault of the system, unless a branch below says otherwise
|-- NothingFound            1   the question was fine, the answer is empty
|-- UserError               2   the user's mistake: one line that names the file or option and the remedy
|   |-- UnreadableFile      2   a file that cannot become a paper, with the reason
|   |-- EncoderMismatch     2   the library was embedded by another encoder
|   |-- TaggerMismatch      2   the library's entities were found by another tagger
|   `-- LibraryBusy         2   another process is writing to the library
|-- SystemFault             3   an engine, a disk or a model failed
`-- Incomplete              4   one engine failed, the other did its part; the rest follows when it is back
"""

from __future__ import annotations


class LitdexError(Exception):
    """The root of the tree. Its text is one line, fit to be shown as it is."""

    exit_code = 3


class NothingFound(LitdexError):
    """No paper answers the request."""

    exit_code = 1


class UserError(LitdexError):
    """A mistake that the user can mend; the text says how."""

    exit_code = 2


class UnreadableFile(UserError):
    """A file, or a member of an archive, from which no paper can be read; `lacks` names a tool that would help."""

    def __init__(self, message: str, lacks: str = "") -> None:
        super().__init__(message)
        self.lacks = lacks


class EncoderMismatch(UserError):
    """The library's vectors come from another encoder than the one asked for."""


class TaggerMismatch(UserError):
    """The library's entities were found or named otherwise than is asked for."""


class LibraryBusy(UserError):
    """Another process holds the library's write lock."""


class Incomplete(LitdexError):
    """One of the engines did not answer: what the other one could do is done."""

    exit_code = 4


class SystemFault(LitdexError):
    """Something that litdex stands on failed: a disk, an engine, a model."""

    exit_code = 3


def in_one_line(error: BaseException) -> str:
    """Return the class and the text of an exception, on one line of bounded length."""
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
