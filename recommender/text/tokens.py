"""Normalising and cutting Chinese text."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;])|\n+|(?<=\s)(?=[•●·◆▪])")
_MARKUP = re.compile(r"^[#>*\-\s•●·◆▪]+|[*_`]{2,}")


def normalise(text: str) -> str:
    """Fold width (NFKC), case and white space, so that ＭＥＳ, MES and mes are one."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip().lower()


def fold_space(text: str) -> str:
    """Shorten every run of white space to one line end, or to one space where it holds none."""
    return _SPACE.sub(lambda run: "\n" if "\n" in run[0] else " ", text).strip()


def words(text: str) -> list[str]:
    """Cut into words, long ones also into the shorter words inside them; white space is dropped."""
    import rjieba

    return [word for word in rjieba.cut_for_search(normalise(text)) if word.strip()]


def sentences(text: str) -> list[str]:
    """Split a page or a need into sentences and bullet points, without markup."""
    parts = (_MARKUP.sub("", part).strip() for part in _SENTENCE_END.split(text))
    return [part for part in parts if part]
