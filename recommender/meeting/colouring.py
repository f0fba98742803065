"""Placing chosen meetings into slots: edge colouring of a bipartite graph.

References
----------
König, Über Graphen und ihre Anwendung auf Determinantentheorie und Mengenlehre, Math. Ann. 77 (1916): a
bipartite graph whose largest degree is d can be coloured with d colours.
"""

from collections import Counter
from collections.abc import Sequence


class TooManyMeetings(ValueError):
    """A party has more meetings than there are slots."""


def colour(edges: Sequence[tuple[int, int]], colours: int) -> list[int]:
    """Give every edge a colour that no other edge at either end has.

    Parameters
    ----------
    edges : sequence of (int, int)
        Enterprise and table; each pair once.
    colours : int
        At least the largest degree.

    Returns
    -------
    list of int
        From 0, one for each edge. The colour with most edges comes first, so that the early slots are full.

    Raises
    ------
    TooManyMeetings
        If some degree exceeds ``colours``.
    """
    left: dict[int, dict[int, int]] = {}
    right: dict[int, dict[int, int]] = {}
    chosen = [-1] * len(edges)
    for number, (enterprise, table) in enumerate(edges):
        at_enterprise = left.setdefault(enterprise, {})
        at_table = right.setdefault(table, {})
        free = _free(at_enterprise, colours)
        wanted = _free(at_table, colours)
        if free in at_table:
            # The path from the table in the two colours never reaches the enterprise, which lacks `free`:
            # exchanging them along it makes `free` free at both ends.
            _exchange(edges, chosen, (left, right), table, (free, wanted))
        _paint(chosen, number, free, at_enterprise, at_table)
    busiest = [name for name, _ in sorted(Counter(chosen).items(), key=lambda item: (-item[1], item[0]))]
    rank = {name: place for place, name in enumerate(busiest)}
    return [rank[name] for name in chosen]


def _free(at: dict[int, int], colours: int) -> int:
    for candidate in range(colours):
        if candidate not in at:
            return candidate
    raise TooManyMeetings(f"degree above {colours}")


def _paint(chosen: list[int], edge: int, name: int, *ends: dict[int, int]) -> None:
    chosen[edge] = name
    for at in ends:
        at[name] = edge


def _exchange(
    edges: Sequence[tuple[int, int]],
    chosen: list[int],
    sides: tuple[dict[int, dict[int, int]], dict[int, dict[int, int]]],
    table: int,
    pair: tuple[int, int],
) -> None:
    left, right = sides
    path = []
    node, side, name = table, right, pair[0]
    while (edge := side[node].get(name)) is not None:
        path.append(edge)
        enterprise, other = edges[edge]
        node, side = (enterprise, left) if side is right else (other, right)
        name = pair[1] if name == pair[0] else pair[0]
    for edge in path:
        enterprise, other = edges[edge]
        del left[enterprise][chosen[edge]]
        del right[other][chosen[edge]]
    for edge in path:
        enterprise, other = edges[edge]
        swapped = pair[1] if chosen[edge] == pair[0] else pair[0]
        _paint(chosen, edge, swapped, left[enterprise], right[other])
