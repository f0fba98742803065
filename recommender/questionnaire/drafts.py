"""Drafts of the questionnaire that a person chose to keep, found again by a code that only he has."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import ValidationError

from recommender.errors import NotFound
from recommender.questionnaire.rules import load_draft_rules
from recommender.questionnaire.sheet import Sheet
from recommender.store import Store

#: Without letters and figures that look alike; 12 of 31 are 59 bits.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".replace("L", "")
_LENGTH, _GROUP = 12, 4


class DraftNotFound(NotFound):
    """No draft has this code, or its time is over."""

    code = "draft_not_found"
    title = "找不到这份草稿"


class Draft(NamedTuple):
    """A kept sheet and the moment at which it is deleted."""

    code: str
    sheet: Sheet
    expires_at: datetime


class QuestionnaireDrafts:
    """Keeps, finds and deletes drafts; of the code only a digest is stored."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, sheet: Sheet, code: str | None = None) -> Draft:
        """Keep a sheet, in place of the draft with a code where there is one still."""
        with self._store.begin() as work:
            now = self._store.clock()
            known = code is not None and work.questionnaire_drafts.find(_digest(code), now) is not None
            kept_as = _written(code) if code is not None and known else _new_code()
            expires_at = now + timedelta(days=load_draft_rules().kept_days)
            work.questionnaire_drafts.put(_digest(kept_as), sheet.model_dump_json(), now, expires_at)
        return Draft(kept_as, sheet, expires_at)

    def find(self, code: str) -> Draft:
        """Return a draft; spaces, dashes and small letters in the code do not matter.

        Raises
        ------
        DraftNotFound
        """
        with self._store.read() as work:
            row = work.questionnaire_drafts.find(_digest(code), self._store.clock())
        if row is None:
            raise _not_found()
        try:
            sheet = Sheet.model_validate_json(row.content)
        except ValidationError as error:
            raise DraftNotFound("这份草稿是按旧版问卷填写的，已不能续填，请重新测评") from error
        return Draft(_written(code), sheet, row.expires_at)

    def delete(self, code: str) -> None:
        """Delete a draft.

        Raises
        ------
        DraftNotFound
        """
        with self._store.begin() as work:
            if not work.questionnaire_drafts.delete(_digest(code)):
                raise _not_found()


def _not_found() -> DraftNotFound:
    days = load_draft_rules().kept_days
    return DraftNotFound(
        f"没有这个续填码的草稿：可能输错了一位，或已被删除，或保存已满{days}天", place={"field": "code"}
    )


def _new_code() -> str:
    return _written("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)))


def _bare(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code.upper())


def _written(code: str) -> str:
    bare = _bare(code)
    return "-".join(bare[start : start + _GROUP] for start in range(0, len(bare), _GROUP))


def _digest(code: str) -> str:
    return hashlib.sha256(_bare(code).encode()).hexdigest()
