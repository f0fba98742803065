"""Drafts by code, their time, what is stored of them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from recommender.questionnaire.drafts import DraftNotFound, QuestionnaireDrafts
from recommender.questionnaire.rules import load_draft_rules
from recommender.questionnaire.sheet import Sheet
from recommender.store import Store

SHEET = Sheet(employees=40, answers={"network": ("B",)})


def test_kept_found_replaced_deleted(store: Store) -> None:
    drafts = QuestionnaireDrafts(store)
    draft = drafts.keep(SHEET)
    assert drafts.find(draft.code.lower().replace("-", " ")).sheet == SHEET
    again = drafts.keep(Sheet(employees=41), draft.code)
    assert again.code == draft.code
    assert drafts.find(draft.code).sheet.employees == 41
    drafts.delete(draft.code)
    with pytest.raises(DraftNotFound):
        drafts.find(draft.code)
    with pytest.raises(DraftNotFound):
        drafts.delete(draft.code)


def test_nobody_chooses_the_code(store: Store) -> None:
    assert QuestionnaireDrafts(store).keep(SHEET, "AAAA-AAAA-AAAA").code != "AAAA-AAAA-AAAA"


def test_code_is_not_stored(store: Store) -> None:
    code = QuestionnaireDrafts(store).keep(SHEET).code
    with store.engine.connect() as connection:
        row = connection.execute(text("select * from questionnaire_draft")).one()
    assert not {code, code.replace("-", "")} & {str(cell) for cell in row}


def test_gone_when_its_time_is_over(store: Store) -> None:
    drafts = QuestionnaireDrafts(store)
    code = drafts.keep(SHEET).code
    end = datetime.now(UTC) + timedelta(days=load_draft_rules().kept_days, minutes=1)
    with store.begin() as work:
        assert work.questionnaire_drafts.find("0" * 64, end) is None
        assert work.questionnaire_drafts.purge(end - timedelta(days=1)) == 0
        assert work.questionnaire_drafts.purge(end) == 1
    with pytest.raises(DraftNotFound):
        drafts.find(code)
