"""The facts of a generated firm: trade, size, money, place, registration, contact."""

import calendar
from dataclasses import dataclass
from datetime import date
from math import exp, log

from recommender.domain import Contact
from recommender.domain.credit_code import check_character
from recommender.domain.solution import Deployment
from recommender.domain.taxonomy import SubIndustry, load_taxonomy, manufacturing_classes
from recommender.sample.draw import Draw
from recommender.sample.phrases import Phrases, Trade

#: Usual yearly revenue a head, in yuan.
_REVENUE_A_HEAD = {
    SubIndustry.NEV_PARTS: 620_000,
    SubIndustry.MACHINE_TOOLS_ROBOTS: 540_000,
    SubIndustry.COSMETICS: 450_000,
    SubIndustry.CUSTOM_FURNITURE: 360_000,
    SubIndustry.APPAREL: 210_000,
    SubIndustry.LUGGAGE: 230_000,
    None: 400_000,
}
_LEAST_BUDGET, _MOST_BUDGET = 20_000, 1_500_000
#: First digits of the sums that people name.
_NAMED_SUMS = (1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10)
_DIGITS, _HUNDREDS = "零一二三四五六七八九", "零一两三四五六七八九"
_WEIGHTS_GB11714 = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Firm:
    """Facts before anything is left out.

    Attributes
    ----------
    latent : float
        Digital maturity, standard normal over all firms.
    goods : tuple of str
        Two or three things it makes.
    """

    number: int
    latent: float
    sub_industry: SubIndustry | None
    trade: Trade
    goods: tuple[str, ...]
    gb4754: str
    employees: int
    revenue_yuan: int
    budget_yuan: int
    district: str

    @property
    def small(self) -> bool:
        """Whether it speaks of a handful of machines rather than of departments."""
        return self.employees < 40


def draw_firm(
    number: int, latent: float, size: float, sub_industry: SubIndustry | None, phrases: Phrases, draw: Draw
) -> Firm:
    """Draw the facts of one firm.

    Parameters
    ----------
    latent, size : float
        Maturity and size, standard normal over all firms; larger firms are more mature.
    sub_industry : SubIndustry, optional
        None for a firm outside the six; its trade is drawn then.
    """
    trade = draw.pick(phrases.others) if sub_industry is None else phrases.sub_industries[sub_industry]
    employees = round(exp(log(55) + 1.45 * (0.5 * latent + 0.866 * size)))
    # The tails of the curve hold firms of no one and of a whole town.
    employees = draw.between(3, 7) if employees < 5 else min(employees, draw.between(1500, 3000))
    a_head = _REVENUE_A_HEAD[sub_industry] * exp(draw.normal(0.1 * latent, 0.35))
    revenue = _significant(employees * a_head)
    budget = min(max(revenue * 0.0065 * exp(draw.normal(0, 0.6)), _LEAST_BUDGET), _MOST_BUDGET)
    districts = trade.districts or {entry.code: 1 for entry in load_taxonomy().districts}
    gb4754 = draw.pick(list(trade.classes), [float(entry.weight) for entry in trade.classes.values()])
    return Firm(
        number=number,
        latent=latent,
        sub_industry=sub_industry,
        trade=trade,
        goods=tuple(draw.some(trade.classes[gb4754].goods, draw.between(2, 3))),
        gb4754=gb4754,
        employees=employees,
        revenue_yuan=revenue,
        budget_yuan=_named_sum(budget),
        district=draw.pick(list(districts), [float(weight) for weight in districts.values()]),
    )


def credit_code(number: int) -> str:
    """Return a code that passes every check and belongs to no one: area 000000 does not exist."""
    body = f"{number * 7919 % 100_000_000:08d}"  # a step prime to 10**8 never repeats
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS_GB11714, strict=True)) % 11
    inner = {10: "X", 11: "0"}.get(rest, str(rest))
    first_17 = f"91000000{body}{inner}"
    return first_17 + check_character(first_17)


def draw_registration(draw: Draw) -> date:
    """Return a day between 1995 and 2022, more often a late one."""
    year = 2022 - int(27.99 * draw.share() ** 1.4)
    return draw_day(draw, year, draw.between(1, 12))


def draw_day(draw: Draw, year: int, month: int) -> date:
    """Return a day of a month."""
    return date(year, month, draw.between(1, calendar.monthrange(year, month)[1]))


def draw_name(firm: Firm, phrases: Phrases, draw: Draw) -> str:
    """Return a name that says that it is made up."""
    city = "广州" if draw.chance(0.25) else ""
    word = draw.pick(firm.trade.classes[firm.gb4754].name_words)
    # 制衣制造有限公司 and 生物科技科技有限公司 are names that nobody gives.
    endings = [ending for ending in phrases.name_endings if ending[0] not in word[-2:]]
    return f"合成样本·{city}{draw.pick(phrases.brands)}{word}{draw.pick(endings)}"


def draw_address(firm: Firm, phrases: Phrases, draw: Draw) -> str:
    """Return an address in the firm's district, in a street that does not exist."""
    district = load_taxonomy().district_name(firm.district)
    street = f"{draw.pick(phrases.streets)}{draw.between(1, 199)}号"
    return f"（合成地址）广州市{district}{street}{draw.pick(phrases.doors)}"


def draw_business_scope(firm: Firm, draw: Draw) -> str:
    """Return class names joined as the registry joins them, the firm's own class first."""
    own = manufacturing_classes()[firm.gb4754]
    others = draw.some([name for name in firm.trade.scope if name != own], draw.between(1, 5))
    trading = draw.some(firm.trade.trade, draw.between(0, 2))
    return draw.pick((";", "；")).join([own, *others, *trading])


def draw_contact(firm: Firm, draw: Draw) -> Contact:
    """Return a contact that cannot be reached: an impossible number, a reserved domain."""
    digits = f"{firm.number:04d}"
    return Contact(
        person=None if draw.chance(0.05) else "合成联系人",
        phone=None if draw.chance(0.04) else f"000-0000-{digits}",
        email=None if draw.chance(0.3) else f"sample{digits}@example.invalid",
    )


def draw_deployment(firm: Firm, draw: Draw) -> tuple[Deployment, ...]:
    """Return what the firm wants to run: small firms rent, large ones keep it in the house; often nothing."""
    if not draw.chance(0.38):
        return ()
    large = firm.employees >= 200
    weights = (2.0, 5.0, 3.0, 1.0) if large else (6.0, 2.0, 1.5, 0.5)
    return tuple(draw.some(list(Deployment), 1 if draw.chance(0.7) else 2, weights))


def people_phrase(employees: int) -> str:
    """Return a number of people as an owner says it."""
    if employees < 10:
        return "不到十个人"
    if employees < 20:
        return "十几个人"
    if employees < 100:
        tens, ones = divmod(employees, 10)
        if ones >= 7:
            return "快一百号人" if tens == 9 else f"快{_DIGITS[tens + 1]}十号人"
        return f"{_DIGITS[tens]}十来号人"
    if employees < 1000:
        return f"{_HUNDREDS[employees // 100]}百{'来' if employees % 100 < 30 else '多'}号人"
    return "上千号人"


def _significant(value: float) -> int:
    """Round to two or three digits, as revenues are told."""
    step = int(10.0 ** max(int(log(value, 10)) - 2, 4))
    return max(round(value / step), 1) * step


def _named_sum(yuan: float) -> int:
    """Round to a sum that people name: 20,000, 35,000, 120,000."""
    scale: float = 10.0 ** int(log(yuan, 10) + 1e-9)
    nearest: float = min(_NAMED_SUMS, key=lambda first: abs(first * scale - yuan))
    return round(nearest * scale)
