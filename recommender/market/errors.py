"""What can be wrong with a market."""

from recommender.errors import InvalidInput


class InvalidMarket(InvalidInput):
    """Numbers that describe no market: a wrong shape, a value outside its range."""

    code = "invalid_market"
    title = "双边市场的数据有误"


class ShareCapTooTight(InvalidInput):
    """Every list must show someone, and the caps together leave too little room for that."""

    code = "share_cap_too_tight"
    title = "曝光上限过低"


class NotAList(InvalidInput):
    """An exposure vector that no lottery over rankings can give."""

    code = "not_a_list"
    title = "曝光无法由名单实现"
