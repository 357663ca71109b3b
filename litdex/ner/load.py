"""From a name, a folder or a list to a tagger."""

from __future__ import annotations

from pathlib import Path

from litdex.errors import UserError
from litdex.ner.base import Tagger
from litdex.ner.exported import is_exported_tagger
from litdex.runtime.weights import models_folder

DEFAULT = "litdex-tagger"
"""The folder, among the shipped models, of the tagger that is used when none is named."""
UNTYPED = "Entity"
"""The type of entries of a list that give none."""


def load_tagger(name: str | Path | None = None) -> Tagger:
    """The tagger called `name`: nothing for the shipped one, a shipped one's name, a folder, or a vocabulary file.

    A folder is one that `litdex ner export` wrote, a file a TSV of id, name, synonyms and type: the tagger then finds
    what is listed. No torch is needed. Raises `UserError` where there is no such tagger.
    """
    path = _place(name)
    if is_exported_tagger(path):
        from litdex.ner.inference import OnnxTagger

        return OnnxTagger(path)
    if path.is_file():
        from litdex.ner.dictionary import from_concepts
        from litdex.ner.vocabulary import read_concepts

        return from_concepts(read_concepts(path), UNTYPED, path.name)
    raise UserError(
        f"there is no tagger {name or DEFAULT} ({path} holds none): name one with --tagger, a folder that"
        " `litdex ner export` wrote or a TSV of id, name, synonyms and type"
    )


def source_of(name: str | Path | None) -> str:
    """What `load_tagger` finds the same tagger by from anywhere: its absolute path, or a shipped one's name."""
    path = _place(name)
    return str(path.absolute()) if path.parent != models_folder() else path.name


def is_shipped() -> bool:
    """Whether the default tagger is there."""
    return is_exported_tagger(models_folder() / DEFAULT)


def is_list(source: str | Path | None) -> bool:
    """Whether a tagger is a vocabulary file, which then also names what it finds."""
    return _place(source).is_file()


def _place(name: str | Path | None) -> Path:
    path = Path(name or DEFAULT).expanduser()
    return path if len(path.parts) != 1 or path.exists() else models_folder() / path
