"""What a solution claims for items of the instrument, checked against the instrument."""

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.validation import ExclusiveOption, UnknownOption
from recommender.domain.solution import LinkClaim, OptionClaim, Solution
from recommender.domain.taxonomy import load_taxonomy
from recommender.errors import InvalidInput


class UnknownLink(InvalidInput):
    """A scenario that the instrument does not count as a business link."""

    code = "unknown_link"
    title = "不是评测指标中的业务环节"


#: What :func:`check_claims` raises.
CLAIM_FAULTS = (UnknownLink, UnknownOption, ExclusiveOption)


def check_claims(solution: Solution, instrument: Instrument) -> None:
    """Check that every link and option that a solution claims is in the instrument.

    Raises
    ------
    UnknownLink, UnknownOption, ExclusiveOption
        With ``place`` such as ``{"field": "item_options"}``.
    """
    for field in ("collects", "systems"):
        for link in getattr(solution, field):
            _check_link(link, instrument, field)
    for option in solution.item_options:
        _check_option(option, instrument)


def _check_link(claim: LinkClaim, instrument: Instrument, field: str) -> None:
    links = [option.scenario for item in instrument.items for option in item.options if option.scenario]
    if claim.scenario.value not in links:
        name = load_taxonomy().scenario_name
        raise UnknownLink(
            f"“{name(claim.scenario)}”不是数据采集、信息系统两题所计的业务环节，"
            f"可填：{'、'.join(name(link) for link in links)}。",
            place={"field": field},
        )


def _check_option(claim: OptionClaim, instrument: Instrument) -> None:
    place = {"field": "item_options"}
    item = instrument.item(claim.item.value)
    option = item.option(claim.letter) if item else None
    if item is None or option is None:
        known = "、".join(option.letter for option in item.options if option.points) if item else "无"
        name = item.name if item else claim.item.value
        raise UnknownOption(f"“{name}”没有选项“{claim.letter}”，可填：{known}。", place=place)
    if not option.points:
        raise ExclusiveOption(
            f"“{item.name}”的选项“{claim.letter}”表示没有，不能作为产品的作用。", place=place
        )
