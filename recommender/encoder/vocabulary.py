"""The trimmed vocabulary: which pieces of the 250 002 stay, and the tokenizer over them.

A unigram tokenizer looks for the best path through the pieces that match a text. Where every piece made of
some characters stays, a text of these characters has the same paths in the trimmed vocabulary as in the
full one, hence the same tokens. So it is for Chinese, digits, punctuation and signs. Of the 80 000 pieces
with Latin letters, most are parts of words in languages that no text here is in: short and likely ones stay.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
MASK = "<mask>"
META = "▁"

# Characters after normalisation (NFKC), so fullwidth letters, digits and most enclosed signs are ASCII here.
_KEPT = re.compile(
    "["
    f"{META}"
    "\u0020-\u007e"  # ASCII
    "\u00a0-\u00bf×÷"  # signs: degree, plus-minus, middle dot, section
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"  # dashes, quotation marks, per mille, currencies
    "\u2100-\u23ff\u2460-\u27bf\u2900-\u2bff"  # arrows, mathematics, boxes, dingbats
    "\u3001-\u303f"  # Chinese punctuation, 々, 〇
    "\u3100-\u312f\u31a0-\u31ef"  # bopomofo, strokes
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
    "\ufe30-\ufe4f\uff01-\uffee"  # vertical and fullwidth forms that normalisation leaves alone
    "]+"
)
# Single letters of other scripts that stand in Chinese technical writing and brand names.
_KEPT_ALONE = re.compile("[\u00c0-\u017f\u0370-\u03ff\u3040-\u30ff\u0400-\u045f]")

_LATIN = re.compile("[A-Za-z]")
# Short Latin pieces spell the acronyms of the trade (MES, PLC, OEE); of the longer ones the likelier stay
# (pieces are in the order of their probability).
_SHORT = 4
_LIKELY_PLACES = 30_000
# Every text begins with a prompt: splitting its word would shift every vector (cosine .989).
_PROMPT_WORDS = frozenset({META + "query", META + "passage"})

# Where the model's normalisation (SentencePiece nmt_nfkc) departs from plain NFKC.
_DELETED = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"
_BLANK = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_TILDE, _TILDE_HELD = "～", "\ue0ff"  # the fullwidth tilde stays as it is


def kept_ids(pieces: Sequence[str]) -> NDArray[np.int64]:
    """Return the ids of the pieces that stay, ascending; special tokens first, the mask token last.

    Parameters
    ----------
    pieces : sequence of str
        The full vocabulary, in the order of token ids, which is that of probability.

    Returns
    -------
    ndarray of int64
        The place of an id in it is the piece's new id.
    """
    last = len(pieces) - 1
    if tuple(pieces[: len(SPECIAL)]) != SPECIAL or pieces[last] != MASK:
        raise ValueError("the vocabulary does not begin and end with XLM-R's special tokens")
    inner = [i for i in range(len(SPECIAL), last) if _stays(i, pieces[i])]
    return np.array([*range(len(SPECIAL)), *inner, last], dtype=np.int64)


def _stays(place: int, piece: str) -> bool:
    if piece in _PROMPT_WORDS:
        return True
    if place >= _LIKELY_PLACES and len(piece.removeprefix(META)) > _SHORT and _LATIN.search(piece):
        return False
    return _KEPT.fullmatch(piece) is not None or _KEPT_ALONE.fullmatch(piece) is not None


def tokenizer_json(pieces: Sequence[str], scores: Sequence[float]) -> dict[str, Any]:
    """Return the content of ``tokenizer.json`` for a unigram vocabulary with XLM-R's special tokens.

    Parameters
    ----------
    pieces : sequence of str
        Vocabulary in the order of token ids, special tokens first, the mask token last.
    scores : sequence of float
        Log-probability of each piece.

    Returns
    -------
    dict
        For ``tokenizers.Tokenizer.from_str`` after ``json.dumps``.
    """
    begin, end = SPECIAL[0], SPECIAL[2]
    specials = [*enumerate(SPECIAL), (len(pieces) - 1, MASK)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added(number, token) for number, token in specials],
        "normalizer": {"type": "Sequence", "normalizers": _normalizers()},
        "pre_tokenizer": {
            "type": "Metaspace",
            "replacement": META,
            "prepend_scheme": "always",
            "split": True,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_special(begin), _sequence("A"), _special(end)],
            "pair": [
                _special(begin),
                _sequence("A"),
                _special(end),
                _special(end),
                _sequence("B"),
                _special(end),
            ],
            "special_tokens": {
                token: {"id": token, "ids": [SPECIAL.index(token)], "tokens": [token]}
                for token in (begin, end)
            },
        },
        "decoder": {"type": "Metaspace", "replacement": META, "prepend_scheme": "always", "split": True},
        "model": {
            "type": "Unigram",
            "unk_id": SPECIAL.index("<unk>"),
            "vocab": [[piece, score] for piece, score in zip(pieces, scores, strict=True)],
            "byte_fallback": False,
        },
    }


def _normalizers() -> list[dict[str, Any]]:
    return [
        _replace({"Regex": _DELETED}, ""),
        _replace({"Regex": _BLANK}, " "),
        _replace({"String": _TILDE}, _TILDE_HELD),
        {"type": "NFKC"},
        _replace({"String": _TILDE_HELD}, _TILDE),
        _replace({"Regex": " {2,}"}, " "),
        {"type": "Strip", "strip_left": True, "strip_right": True},
    ]


def _replace(pattern: dict[str, str], content: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": pattern, "content": content}


def _added(number: int, token: str) -> dict[str, Any]:
    return {
        "id": number,
        "content": token,
        "single_word": False,
        "lstrip": token == MASK,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


def _special(token: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": token, "type_id": 0}}


def _sequence(name: str) -> dict[str, Any]:
    return {"Sequence": {"id": name, "type_id": 0}}
