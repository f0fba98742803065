"""What forms and addresses send."""

from pydantic import BaseModel, ConfigDict, field_validator


class Asked(BaseModel):
    """Fields of a form; a form sends an empty text for what is not filled in, which counts as None."""

    model_config = ConfigDict(frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value
