"""What a person has filled in so far, and what it says of the enterprise."""

from typing import Annotated, Literal

from pydantic import Field

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult, score
from recommender.domain.diagnosis import Letter
from recommender.domain.enterprise import Yuan
from recommender.domain.record import Record, ShortText
from recommender.domain.solution import Deployment
from recommender.domain.taxonomy import DistrictCode, Scenario, SubIndustry
from recommender.matching.request import Profile

_Count = Annotated[int, Field(ge=0, le=5_000_000)]


class Sheet(Record):
    """A questionnaire, filled in as far as it is; it has no field for a name, a person or a contact.

    Attributes
    ----------
    edition : str
        Of the instrument that the letters refer to.
    machines, machines_digital, machines_connected : int, optional
        Production machines, and how many of them are digital or on the network.
    answers, scenarios : dict
        As in a diagnosis; what was passed over is left out.
    """

    edition: Literal["2024"] = "2024"
    district: DistrictCode | None = None
    sub_industry: SubIndustry | None = None
    employees: _Count | None = None
    revenue_yuan: Yuan | None = None
    budget_yuan: Yuan | None = None
    needs: Annotated[tuple[ShortText, ...], Field(max_length=50)] = ()
    deployment_preference: tuple[Deployment, ...] = ()
    machines: _Count | None = None
    machines_digital: _Count | None = None
    machines_connected: _Count | None = None
    answers: dict[str, tuple[Letter, ...]] = Field(default_factory=dict, max_length=40)
    scenarios: dict[Scenario, Annotated[int, Field(ge=0, le=4)]] = Field(default_factory=dict)

    @property
    def begun(self) -> bool:
        """Whether any question of the instrument is answered."""
        return bool(self.answers or self.scenarios)

    def profile(self) -> Profile:
        """Return what matching needs."""
        fields = self.model_dump(exclude={"edition", "machines", "machines_digital", "machines_connected"})
        return Profile.model_validate(fields)

    def result(self, instrument: Instrument) -> DiagnosisResult:
        """Return what the answers are worth; raises as :func:`recommender.diagnosis.score` does."""
        return score(self.answers, {code.value: grade for code, grade in self.scenarios.items()}, instrument)
