"""Page text in the language a person chose; the templates are written in Chinese.

English is in ``locale/en``, a file for each folder of templates. What the engine says (reasons, errors,
product text) stays in Chinese and is marked so for screen readers.
"""

import io
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"


def marked(message: str) -> str:
    """Return a message as it is; marks one that no template names for translation."""
    return message


@lru_cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of a language; Chinese needs none."""
    if language == "zh":
        return NullTranslations()
    together = Catalog(locale=language)
    for file in sorted((LOCALE / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if message.id:
                    together.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return GNUTranslations(compiled)
