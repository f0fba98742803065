"""What the parts of an instrument share: frozen values and exact points."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def plain(value: Decimal) -> Decimal:
    """Drop trailing zeros without falling into exponent notation, so that 40.00 is shown as 40."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


#: Exact points, never a float.
Points = Annotated[Decimal, Field(ge=0, allow_inf_nan=False), AfterValidator(plain)]


class Value(BaseModel):
    """A value that cannot be changed and knows all of its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
