"""Which version is served, and how that came about.

The pointer holds the last change whole and is replaced in one step; the history is the list of all changes.
A crash between the two leaves a history that lacks its last line, and the pointer has it.
"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from recommender.registry.durable import append_line, write_file
from recommender.registry.errors import DamagedPointer
from recommender.registry.gate import GateReport
from recommender.registry.sealed import Broken, seal, unseal

POINTER, HISTORY = "SERVED", "history.jsonl"


class Action(StrEnum):
    """How a version came into service."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"


class Change(BaseModel):
    """One promotion or rollback.

    Attributes
    ----------
    sequence : int
        1, 2, 3, …
    by : str
        Who, as they named themselves.
    version, previous : str
        Served from then on, and until then.
    shipped : bool
        Whether ``version`` is the shipped model of the program; a new edition of the program brings a new
        one, which then takes its place.
    forced : bool
        Whether the gates were overruled.
    gates : GateReport, optional
        What the gates found; None for a rollback and for the shipped model, which pass none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sequence: int
    at: AwareDatetime
    by: str
    action: Action
    version: str
    previous: str
    shipped: bool
    reason: str | None
    forced: bool
    gates: GateReport | None


class PromotionLog:
    """Reads and writes the pointer and the history; whoever writes holds the lock of the registry."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pointer(self) -> bytes | None:
        """Return the pointer as it is, None where there is none."""
        try:
            return (self._folder / POINTER).read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            return b""

    def head(self) -> Change | None:
        """Return the last change, None before the first one.

        Raises
        ------
        DamagedPointer
            If the pointer was changed, or is gone although there is a history.
        """
        content = self.pointer()
        if content is None:
            if (self._folder / HISTORY).exists():
                raise DamagedPointer(_told("不见了"))
            return None
        return _read(content)

    def changes(self) -> tuple[Change, ...]:
        """Return all changes that can be read, oldest first."""
        known = {change.sequence: change for line in self._lines() if (change := _readable(line)) is not None}
        if (last := _readable(self.pointer() or b"")) is not None:
            known[last.sequence] = last
        return tuple(known[sequence] for sequence in sorted(known))

    def append(self, change: Change) -> None:
        """Make a change the last one."""
        self._complete()
        line = seal(change.model_dump(mode="json"))
        write_file(self._folder / POINTER, line)
        append_line(self._folder / HISTORY, line)

    def _complete(self) -> None:
        """Mend what a crash left of the last append: half a line, or a pointer that is ahead."""
        lines = self._lines()
        file = self._folder / HISTORY
        whole = b"".join(lines)
        if file.exists() and file.read_bytes() != whole:
            write_file(file, whole)
        pointer = self.pointer() or b""
        if _readable(pointer) is not None and (not lines or lines[-1] != pointer):
            append_line(file, pointer)

    def _lines(self) -> list[bytes]:
        """Lines of the history; one without its end was never finished."""
        try:
            content = (self._folder / HISTORY).read_bytes()
        except FileNotFoundError:
            return []
        return [line + b"\n" for line in content.split(b"\n")[:-1]]


def predecessor(changes: Sequence[Change], shipped: str) -> str | None:
    """Return the version that the present one took the place of; None when that was the first.

    A rollback undoes promotions, so that a second one goes further back and not forth again.
    """
    stack = _stack(changes, shipped)
    return stack[-2] if len(stack) > 1 else None


def _stack(changes: Sequence[Change], shipped: str) -> list[str]:
    stack = [changes[0].previous if changes else shipped]
    for change in changes:
        if change.action is Action.ROLLBACK and change.version in stack:
            del stack[stack.index(change.version) + 1 :]
        else:
            stack.append(change.version)
    return stack


def _readable(content: bytes) -> Change | None:
    try:
        return _read(content)
    except DamagedPointer:
        return None


def _read(content: bytes) -> Change:
    try:
        return Change.model_validate(unseal(content))
    except (Broken, ValidationError) as error:
        raise DamagedPointer(_told("损坏或被改动")) from error


def _told(what: str) -> str:
    return f"现用模型的记录（models/{POINTER}）{what}；用 smematch models rollback --to 版本 重新指定"
