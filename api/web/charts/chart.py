"""What charts of every kind have: a title, the same in words, a table, a legend and a view box."""

from dataclasses import dataclass
from typing import ClassVar

#: Characters are this large in units of the view box; ``charts.css`` says the same.
LETTER = 13.0


@dataclass(frozen=True, kw_only=True)
class Table:
    """The figures of a chart.

    Attributes
    ----------
    head : tuple of str
    rows : tuple of tuple of str
        As wide as the head; the first cell names the row.
    links : tuple of str, optional
        Where the name of each row leads to; empty where nowhere.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[str | None, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("a row of the table is not as wide as its head")
        if self.links and len(self.links) != len(self.rows):
            raise ValueError("there are not as many links as rows")


@dataclass(frozen=True, kw_only=True)
class Key:
    """A line of the legend; ``mark`` names a sample in ``charts/frame.html``."""

    mark: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The parts that the frame of every chart shows.

    The view box is as wide as a phone's page, so that letters keep their size there; on wide screens the
    style sheet lets it grow a little and no further.

    Attributes
    ----------
    text : str
        What the picture shows, for readers who do not see it.
    height : float
        Of the view box, which is :attr:`width` wide.
    """

    title: str
    text: str
    table: Table
    height: float
    legend: tuple[Key, ...] = ()
    width: ClassVar[float] = 320.0
