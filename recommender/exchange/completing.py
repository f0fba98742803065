"""From a candidate to a record: made keys, what is stored already, the checks of the model."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import ValidationError

from recommender.diagnosis import check_claims, checked_answers, load_instrument
from recommender.domain import Diagnosis, Solution
from recommender.domain.credit_code import check_warning
from recommender.domain.validation_text import explain
from recommender.errors import InvalidInput
from recommender.exchange.assembling import Candidate
from recommender.exchange.cells import Severity, shown
from recommender.exchange.declared import columns_of
from recommender.exchange.kinds import ExchangeRecord, Kind
from recommender.exchange.merging import put_at
from recommender.exchange.report import Findings

Note = Callable[[Severity, str, str, str | None], None]


def key_of(kind: Kind, candidate: Candidate) -> str | None:
    """Return the key of a candidate, None if it has none.

    A diagnosis without an id is named after its enterprise and day, a need after its enterprise and text, so
    that the same file imported twice changes nothing.
    """
    if kind is Kind.ENTERPRISES:
        return _text(candidate.get("uscc")).upper() or None
    key = _text(candidate.get("id"))
    if not key:
        key = _made_id(kind, candidate)
        if key:
            candidate.put("id", key)
    return key or None


def _made_id(kind: Kind, candidate: Candidate) -> str:
    uscc = _text(candidate.get("uscc")).upper()
    if kind is Kind.DIAGNOSES:
        day = _text(candidate.get("assessed_on"))
        return f"{uscc}-{day}" if uscc and day else ""
    text = _text(candidate.get("text"))
    if kind is Kind.NEEDS and text:
        return f"N-{_digest(uscc, text)}"
    return ""


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | date) else ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def complete(
    kind: Kind, candidate: Candidate, stored: ExchangeRecord | None, findings: Findings
) -> ExchangeRecord | None:
    """Return the record of a candidate, None if it is refused; what is wrong goes to ``findings``.

    Parameters
    ----------
    kind : Kind
        What the file holds.
    candidate : Candidate
        From a row; fields that the row does not name keep what is stored.
    stored : record, optional
        What is stored under the same key; None for a new record or to replace it whole.
    """

    def note(severity: Severity, code: str, detail: str, path: str | None) -> None:
        header = _header(candidate, path)
        value = candidate.row.values.get(header) if header else None
        findings.add(candidate.row.number, severity, code, detail, header, value)

    document = _merged(candidate, stored)
    if kind is Kind.SOLUTIONS:
        _complete_provider(candidate, document, stored)
        _complete_price(document, note)
    try:
        record = kind.model.model_validate(document)
    except ValidationError as error:
        for problem in explain(error):
            detail = problem.message
            if problem.field and problem.field not in candidate.places:
                # The cell or key that is named in the report is not the field itself.
                detail = f"{_title(kind, problem.field)}：{detail}"
            note("error", problem.code, detail, problem.field)
        return None
    if not _instrument_knows(record, note):
        return None
    code = getattr(record, "uscc", None)
    if code and (warning := check_warning(code)):
        note("warning", "credit_code_check", warning, "uscc")
    return record


def _title(kind: Kind, path: str) -> str:
    columns = columns_of(kind)
    column = columns.by_path(path)
    if column is None and path in columns.groups:
        return "、".join(
            each.header for each in columns if each.exported and each.path.startswith(f"{path}.")
        )
    return column.header if column else shown(path)


def _header(candidate: Candidate, path: str | None) -> str | None:
    """Return the header that a field path, or the nearest field around it, came from."""
    around = (
        place for place in candidate.places if path and f"{path}.".startswith((f"{place}.", f"{place}["))
    )
    within = (place for place in candidate.places if path and place.startswith(f"{path}."))
    nearest = max(around, key=len, default=None) or next(within, None)
    # What is missing is told of the empty cell where there is one.
    return candidate.places[nearest] if nearest is not None else candidate.blank.get(path or "")


def _merged(candidate: Candidate, stored: ExchangeRecord | None) -> dict[str, Any]:
    if stored is None:
        return dict(candidate.fields)
    computed = set(type(stored).model_computed_fields)
    document = stored.model_dump(mode="json", exclude=computed, exclude_none=True)
    for name in candidate.whole:
        document.pop(name, None)
    for path in candidate.cleared:
        put_at(document, path, None)
    for name, value in candidate.fields.items():
        known = document.get(name)
        both = isinstance(value, dict) and isinstance(known, dict)
        document[name] = known | value if both and known is not None else value
    return document


def _complete_provider(candidate: Candidate, document: dict[str, Any], stored: ExchangeRecord | None) -> None:
    provider = document.get("provider")
    if not isinstance(provider, dict) or candidate.get("provider.id") is not None:
        return
    name = provider.get("name")
    known = stored.provider if isinstance(stored, Solution) else None
    if known is not None and known.name == name:
        document["provider"] = {**provider, "id": known.id}
    elif isinstance(name, str) and name.strip():
        # The same name gives the same provider in every file.
        document["provider"] = {**provider, "id": f"P-{_digest(name.strip())}"}


def _complete_price(document: dict[str, Any], note: Note) -> None:
    price = document.get("price")
    if not isinstance(price, dict):
        return
    for given, missing, path in (
        ("low_yuan", "high_yuan", "price.low_yuan"),
        ("high_yuan", "low_yuan", "price.high_yuan"),
    ):
        if price.get(given) is not None and price.get(missing) is None:
            document["price"] = {**price, missing: price[given]}
            note("warning", "price_completed", "只写了一个价格，最低价和最高价都按它记录", path)


def _instrument_knows(record: ExchangeRecord, note: Note) -> bool:
    try:
        if isinstance(record, Diagnosis):
            checked_answers(record.answers, load_instrument(record.instrument))
        elif isinstance(record, Solution):
            check_claims(record, load_instrument())
    except InvalidInput as error:
        note("error", error.code, error.detail, error.place.get("field"))
        return False
    return True
