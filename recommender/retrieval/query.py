"""What is looked for, as the channels see it."""

from pydantic import BaseModel, ConfigDict

#: Weights of examples against the words of the need (Rocchio's formula with its usual proportions).
LIKE, UNLIKE = 0.75, 0.25


class Query(BaseModel):
    """A need in words, and records to be more or less like.

    Attributes
    ----------
    text : str
        The need; empty when only examples or structure say what is wanted.
    positive, negative : tuple of int
        Owner positions of examples on the searched side.
    """

    model_config = ConfigDict(frozen=True)

    text: str = ""
    positive: tuple[int, ...] = ()
    negative: tuple[int, ...] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to match by text."""
        return not self.text.strip() and not self.positive and not self.negative
