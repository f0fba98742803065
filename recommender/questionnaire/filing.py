"""Filing a finished questionnaire as an enterprise's own diagnosis."""

import uuid_utils

from recommender.diagnosis.instrument import Instrument
from recommender.domain import Diagnosis
from recommender.domain.calendar import local_day
from recommender.domain.diagnosis import DiagnosisMethod
from recommender.errors import InvalidInput
from recommender.matching.unknown import UnknownEnterprise
from recommender.questionnaire.sheet import Sheet
from recommender.store import Store


class NothingAnswered(InvalidInput):
    """A sheet without a single answer."""

    code = "nothing_answered"
    title = "还没有作答"


def file_self_diagnosis(store: Store, instrument: Instrument, uscc: str, sheet: Sheet) -> Diagnosis:
    """Store the answers as a diagnosis by the enterprise itself, dated today, and return it.

    The diagnosis of a synthetic enterprise is marked synthetic.

    Raises
    ------
    NothingAnswered
    recommender.matching.unknown.UnknownEnterprise
    recommender.errors.InvalidInput
        For answers that the instrument does not know.
    """
    if not sheet.begun:
        raise NothingAnswered("请至少回答一道题，再存为自评")
    sheet.result(instrument)
    with store.begin() as work:
        stored = work.enterprises.get(uscc)
        if stored is None:
            raise UnknownEnterprise(f"没有统一社会信用代码为 {uscc} 的企业", place={"field": "uscc"})
        diagnosis = Diagnosis(
            id=f"self-{uuid_utils.uuid7()}",
            uscc=uscc,
            assessed_on=local_day(store.clock()),
            method=DiagnosisMethod.SELF,
            instrument=sheet.edition,
            answers=sheet.answers,
            scenarios=sheet.scenarios,
            synthetic=stored.record.synthetic,
            mark=stored.record.mark,
        )
        work.diagnoses.put(diagnosis)
    return diagnosis
