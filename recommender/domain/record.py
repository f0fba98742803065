"""What every record shares: strict parsing, immutability, the synthetic mark."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

SYNTHETIC_MARK = "合成样本"
#: NUL never reaches the store: PostgreSQL refuses it.
NO_NUL = r"^[^\x00]*$"

#: A record id: printable, no spaces or slashes, so that it can stand in an address.
RecordId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
#: A name of one line.
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\r\n\x00]*$")
]
#: A sentence or two.
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=NO_NUL)]
#: What hurts, in the words of whoever says it.
NeedText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000, pattern=NO_NUL)
]
#: A page of text.
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100_000, pattern=NO_NUL)]


class Record(BaseModel):
    """Base of the domain values: unknown fields are refused, values cannot be changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class MarkedRecord(Record):
    """A record that says on its face whether it is made up.

    Attributes
    ----------
    synthetic : bool
        True for records written for demonstration; they carry ``mark`` = 合成样本 wherever shown.
    """

    synthetic: bool = False
    mark: Annotated[str, StringConstraints(max_length=40)] | None = None

    @property
    def face_mark(self) -> str | None:
        """The mark to show beside the name, None for a real record."""
        return (self.mark or SYNTHETIC_MARK) if self.synthetic else None
