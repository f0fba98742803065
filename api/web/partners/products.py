"""The form of a product, and what was filled in read back."""

from collections.abc import Iterable, Mapping
from typing import Any

import uuid_utils
from pydantic import ValidationError
from starlette.datastructures import FormData

from api.web.partners.scope import Whose
from recommender.domain import Solution
from recommender.domain.enterprise import PartnerKind
from recommender.domain.solution import Provenance
from recommender.domain.taxonomy import load_taxonomy
from recommender.domain.validation_text import explain

_PLAIN = ("name", "summary", "text", "url", "days_to_deploy", "payback_months")
_CLAIMS = ("collects", "systems", "item_options")
#: Name in the form of a scenario's level.
SCENARIO = "scenario-"


def kept_of(solution: Solution | None) -> dict[str, Any]:
    """Return the values with which the form begins."""
    if solution is None:
        return {}
    price = solution.price
    kept: dict[str, Any] = {name: getattr(solution, name) for name in _PLAIN}
    kept |= {f"{SCENARIO}{one.scenario.value}": str(one.level) for one in solution.scenarios}
    kept |= {"deployment": [one.value for one in solution.deployment]}
    kept |= {"sub_industries": [one.value for one in solution.sub_industries]}
    if price is not None:
        kept |= {
            "low_yuan": f"{price.low_yuan:f}",
            "high_yuan": f"{price.high_yuan:f}",
            "basis": price.basis.value,
        }
    if solution.evidence:
        kept |= {"evidence_kind": solution.evidence[0].kind, "evidence_text": solution.evidence[0].text}
    return {name: "" if value is None else value for name, value in kept.items()}


def kept_from(form: FormData) -> dict[str, Any]:
    """Return the values as they were filled in."""
    several = ("deployment", "sub_industries")
    kept: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    return kept | {name: [str(one) for one in form.getlist(name)] for name in several}


def product_of(
    kept: Mapping[str, Any], whose: Whose, before: Solution | None
) -> tuple[Solution | None, dict[str, str]]:
    """Read a product from the form.

    Returns
    -------
    solution : Solution, optional
        None where something cannot be read.
    faults : dict of str to str
        Chinese sentence by field of the product.
    """
    given = {name: str(kept.get(name) or "").strip() for name in _PLAIN}
    fields: dict[str, Any] = {name: value for name, value in given.items() if value}
    fields["id"] = before.id if before else f"{whose.id}-{uuid_utils.uuid7().hex[-10:]}"[-64:]
    fields["provider"] = _provider(whose, before)
    fields["scenarios"] = [
        {"scenario": entry.code, "level": int(level)}
        for entry in load_taxonomy().scenarios
        if (level := str(kept.get(f"{SCENARIO}{entry.code.value}") or "")).isdecimal()
    ]
    fields["deployment"] = kept.get("deployment") or []
    fields["sub_industries"] = kept.get("sub_industries") or []
    low, high = (str(kept.get(name) or "").strip() for name in ("low_yuan", "high_yuan"))
    if low or high:
        fields["price"] = {"low_yuan": low, "high_yuan": high, "basis": kept.get("basis") or "one_off"}
    fields["evidence"] = _evidence(kept, before)
    if before is not None:
        fields |= {name: _declared(getattr(before, name)) for name in _CLAIMS}
        fields |= {"links": before.links, "synthetic": before.synthetic}
    try:
        return Solution.model_validate({**fields, "audit_state": "submitted"}), {}
    except ValidationError as error:
        faults: dict[str, str] = {}
        for one in explain(error):
            faults.setdefault(one.field.partition("[")[0].partition(".")[0], one.message)
        return None, faults


def _provider(whose: Whose, before: Solution | None) -> object:
    if before is not None and before.provider is not None:
        return before.provider
    kind = "lead_unit" if whose.kind is PartnerKind.LEAD_UNIT else "vendor"
    return {"id": whose.id, "name": whose.name, "kind": kind}


def _evidence(kept: Mapping[str, Any], before: Solution | None) -> list[object]:
    text = str(kept.get("evidence_text") or "").strip()
    first: list[object] = [{"kind": kept.get("evidence_kind") or "case", "text": text}] if text else []
    return [*first, *(before.evidence[1:] if before else ())]


def _declared(claims: Iterable[Any]) -> list[Any]:
    """Return claims as the provider's own word; what was only inferred is inferred anew."""
    return [
        claim.model_copy(update={"provenance": Provenance.DECLARED, "confidence": 1.0})
        for claim in claims
        if claim.provenance is not Provenance.INFERRED
    ]
