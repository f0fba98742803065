"""A need to its separate pains.

A need often lists several pains, with or without marks, and each has its own answer on the right page. They
are cut at sentence and line ends, at list marks and at the spaces that stand between Chinese clauses where a
line end was lost; a long one also at its commas and colons.
"""

import re

#: A piece as long as this may end at a comma; shorter ones say too little on their own. In characters.
_ENOUGH = 12
#: Pains that are looked at; the rest of a pasted document is left to the channels that take it whole.
MOST_PAINS = 24

_BREAK = re.compile(r"(?<=[。！？!?；;])|\n+|(?<=\s)(?=[•●·◆▪■►])|(?<=[\u4e00-\u9fff）)”」])\s+")
_PAUSE = re.compile(r"(?<=[，,：:])")
_MARK = re.compile(r"^(?:[\s#>*_•●·◆▪■►-]|[（(]?\d{1,2}[）)、．]|\d{1,2}\.(?!\d)|[①-⑳])+|[*_`]{2,}")


def pains(need: str) -> tuple[str, ...]:
    """Cut a need into its pains, in order, at most 24; none for a text that says nothing."""
    found: list[str] = []
    for piece in _BREAK.split(need):
        found += _clauses(_MARK.sub("", piece).strip())
    return tuple(found[:MOST_PAINS])


def _clauses(piece: str) -> list[str]:
    """Cut at commas and colons where enough stands before them; a short rest stays with what it ends."""
    clauses: list[str] = []
    for part in _PAUSE.split(piece):
        if clauses and len(clauses[-1]) < _ENOUGH:
            clauses[-1] += part
        else:
            clauses.append(part)
    if len(clauses) > 1 and len(clauses[-1]) < _ENOUGH // 2:
        clauses[-2:] = ["".join(clauses[-2:])]
    return [clause for clause in clauses if len(clause) > 1]
