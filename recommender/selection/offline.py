"""Forms that are filled in offline: handed out by the city, and what came back taken step by step."""

from pathlib import Path

from recommender.diagnosis.value import Value
from recommender.errors import SmematchError
from recommender.exchange.form_tables import FormFault
from recommender.selection.application_form import application_form, read_applications
from recommender.selection.eligibility import Scene
from recommender.selection.guards import require_on_panel
from recommender.selection.interests import conflict_of
from recommender.selection.score_form import read_scores, score_form
from recommender.selection.service import SelectionService
from recommender.selection.views import Applied, head_of
from recommender.store import Store


class Refused(Value):
    """An application of a form that was not taken, and why."""

    application: str
    code: str
    detail: str


class FormsTaken(Value):
    """What became of a form of applications.

    Attributes
    ----------
    faults : tuple of FormFault
        Cells that were not understood; their applications were not taken.
    """

    dry_run: bool
    taken: tuple[Applied, ...]
    refused: tuple[Refused, ...]
    faults: tuple[FormFault, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing was refused and no cell was wrong."""
        return not (self.refused or self.faults)


class ScoresTaken(Value):
    """What became of an expert's score sheet: applications that were scored and recused from."""

    expert: str
    scored: tuple[str, ...]
    recused: tuple[str, ...]
    refused: tuple[Refused, ...]
    faults: tuple[FormFault, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing was refused and no cell was wrong."""
        return not (self.refused or self.faults)


class OfflineForms:
    """The forms of selections over a store."""

    def __init__(self, store: Store, selections: SelectionService) -> None:
        self._store = store
        self._selections = selections

    def application_form(self, key: str, unit: str | None = None) -> bytes:
        """Return the application form of a round, with what a unit, or everybody, has handed in.

        Raises
        ------
        recommender.selection.faults.UnknownSelection
        """
        with self._store.read() as work:
            round_ = Scene.of(work, key).round
        standing = [
            entry.application
            for entry in round_.entries.values()
            if entry.withdrawn_at is None and unit in {None, entry.application.unit}
        ]
        return application_form(head_of(round_), standing)

    def take_applications(
        self, key: str, source: Path | bytes, actor: str, *, name: str | None = None, dry_run: bool = False
    ) -> FormsTaken:
        """Hand in every application of a filled form; each is judged alone.

        Parameters
        ----------
        actor : str
            The unit, or the city office that puts paper forms on record.

        Raises
        ------
        recommender.selection.faults.UnknownSelection
        recommender.errors.MalformedRequest
            If the file cannot be read.
        """
        self._selections.show(key)
        read = read_applications(source, name=name)
        taken, refused = [], []
        for one in read.applications:
            try:
                taken.append(self._selections.apply(key, one, actor, dry_run=dry_run))
            except SmematchError as error:
                refused.append(Refused(application=one.key, code=error.code, detail=error.detail))
        return FormsTaken(dry_run=dry_run, taken=tuple(taken), refused=tuple(refused), faults=read.faults)

    def score_form(self, key: str, expert: str) -> bytes:
        """Return an expert's score sheet of the applications that the expert may score.

        Raises
        ------
        recommender.selection.faults.UnknownSelection, recommender.selection.faults.NotOnPanel
        """
        with self._store.read() as work:
            round_ = Scene.of(work, key).round
        require_on_panel(round_, expert)
        who = round_.panel[expert]
        entries = [
            entry
            for sub in round_.call.sub_industries
            for entry in round_.entries_of(sub)
            if conflict_of(who, entry) is None
        ]
        return score_form(round_, expert, entries)

    def take_scores(
        self, key: str, source: Path | bytes, expert: str, *, name: str | None = None
    ) -> ScoresTaken:
        """Take an expert's filled score sheet; each application is judged alone.

        Raises
        ------
        recommender.selection.faults.UnknownSelection
        recommender.errors.MalformedRequest
            If the file cannot be read.
        """
        self._selections.show(key)
        read = read_scores(source, name=name)
        scored, recused, refused = [], [], []
        for recusal in read.recusals:
            try:
                self._selections.recuse(key, recusal.application, recusal.reason, expert)
                recused.append(recusal.application)
            except SmematchError as error:
                refused.append(Refused(application=recusal.application, code=error.code, detail=error.detail))
        for sheet in read.sheets:
            try:
                self._selections.score(key, [sheet], expert)
                scored.append(sheet.application)
            except SmematchError as error:
                refused.append(Refused(application=sheet.application, code=error.code, detail=error.detail))
        return ScoresTaken(
            expert=expert,
            scored=tuple(scored),
            recused=tuple(recused),
            refused=tuple(refused),
            faults=read.faults,
        )
