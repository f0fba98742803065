"""From counted machines to the option of the instrument, so that nobody has to work out percentages."""

import re
from decimal import Decimal

from recommender.diagnosis.instrument import Item

#: Items that ask for a share of all production machines, with the count of the sheet that they need.
SHARES_OF_MACHINES = {
    "equipment_digitalised": "machines_digital",
    "equipment_connected": "machines_connected",
}
_RANGE = re.compile(r"^[\[(](?P<low>\d+)%?,(?P<high>\d+)%\]$")


def letter_of_share(item: Item, part: int, whole: int) -> str | None:
    """Return the option whose range holds a share; None without machines, or where options are no ranges.

    Ranges such as ``(10%,20%]`` belong to the option with their upper end; the first one begins with 0.

    Raises
    ------
    ValueError
        If the part is more than the whole.
    """
    if part > whole:
        raise ValueError(f"{part} of {whole} machines")
    if whole == 0:
        return None
    percent = Decimal(100 * part) / whole
    for option in item.options:
        found = _RANGE.match(option.text)
        if found is None:
            return None
        if percent <= int(found["high"]):
            return option.letter
    return None
