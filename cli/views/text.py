"""Small parts that the pages share."""

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.streams import harmless
from cli.views.wrapping import wrapped

if TYPE_CHECKING:
    from recommender.learning.intervals import Figure


def named(name: str, mark: str | None) -> Text:
    """Return a record's name with its synthetic mark, which is always visible."""
    text = Text(harmless(name), style="name")
    return text.append(" ").append(f" {harmless(mark)} ", style="mark") if mark else text


def paragraph(console: Console, text: Text | str, *, by: int = 0, hang: int = 0, style: str = "") -> None:
    """Print a text broken into lines.

    Parameters
    ----------
    by : int
        Indent of every line, in columns.
    hang : int
        Further indent of all lines but the first.
    """
    shown = text if isinstance(text, Text) else Text(harmless(text), style=style)
    for number, line in enumerate(wrapped(shown, console.width - by - hang)):
        margin = Text(" " * (by + (hang if number else 0)))
        console.print(margin.append_text(line), soft_wrap=True)


def heading(console: Console, text: str) -> None:
    """Print a heading."""
    console.print()
    console.print(Text(text, style="bold underline"), soft_wrap=True)


def measured(figure: "Figure | None", form: str) -> str:
    """Return a figure with its interval on a second line, both in a format such as ``.3f``; "—" for none."""
    if figure is None or figure.value is None:
        return "—"
    low, high = figure.ci95
    interval = "" if low is None or high is None else f"\n[{low:{form}}, {high:{form}}]"
    return f"{figure.value:{form}}{interval}"


def table(*columns: str, numbers: frozenset[str] = frozenset()) -> Table:
    """Return an empty table; the columns in ``numbers`` are set flush right and never wrapped."""
    made = Table(header_style="bold", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        right = column in numbers
        made.add_column(column, justify="right" if right else "left", no_wrap=right, overflow="fold")
    return made
