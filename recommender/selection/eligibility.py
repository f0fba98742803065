"""Who could be selected, in which order, and how many: what a decision is held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from recommender.domain import LeadUnit
from recommender.domain.taxonomy import SubIndustry
from recommender.pool.form import FormFinding
from recommender.selection.form import check_form, errors_of, known_of
from recommender.selection.interests import conflict_of
from recommender.selection.ledger import EVERYTHING, Entry, Ledger, Round, ledger
from recommender.selection.rules import load_selection_rules
from recommender.selection.scores import Scored, Standing, standing_of
from recommender.selection.seats import in_office
from recommender.store import UnitOfWork

#: How an office ended.
LEAVE_NAMES: Mapping[str, str] = {
    "withdrawn": "退出",
    "removed": "取消资格",
    "term_ended": "任期届满",
    "redecided": "申诉后重新决定",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A round with all that is known of it.

    Attributes
    ----------
    at : datetime
        The moment by which deadlines are told.
    seen : datetime
        Up to when events and records count: ``at`` for a past moment, everything for the present. Whoever
        acts must see what another server wrote just now, even if its clock is ahead.
    """

    work: UnitOfWork
    book: Ledger
    round: Round
    at: datetime
    seen: datetime

    @classmethod
    def of(cls, work: UnitOfWork, key: str, at: datetime | None = None) -> "Scene":
        """Read a round as it was at a moment, now by default.

        Raises
        ------
        recommender.selection.faults.UnknownSelection
        """
        seen = at or EVERYTHING
        book = ledger(work, seen)
        return cls(work, book, book.round(key), at or work.clock(), seen)

    def standing(self, sub: SubIndustry) -> Standing:
        """Return the ranking of a sub-industry."""
        rules = load_selection_rules()
        return standing_of(self.round.entries_of(sub), self.round.panel, rules, rules.places)

    def in_office(self, sub: SubIndustry) -> dict[str, LeadUnit]:
        """Return the lead units of a sub-industry, by id, whether selected or loaded."""
        return in_office(self.work, sub, self.seen)

    def findings(self, entry: Entry) -> tuple[FormFinding, ...]:
        """Return what the form check finds in an application."""
        application = entry.application
        known = known_of(self.work, application, self.seen)
        return check_form(application, self.round, known, entry.confirmed)

    def hindrances(self, entry: Entry, scored: Scored | None) -> tuple[str, ...]:
        """Say in Chinese what keeps an application from being selected; empty where nothing does."""
        found = ["已撤回申报"] if entry.withdrawn_at is not None else []
        found += [finding.text for finding in errors_of(self.findings(entry))]
        if entry.unconfirmed:
            found.append(f"成员尚未确认：{'、'.join(member.name for member in entry.unconfirmed)}")
        rules = load_selection_rules()
        if scored is None or scored.score is None:
            found.append("没有足够的评分表")
        elif scored.score < rules.pass_score:
            found.append(f"得分 {scored.score} 低于 {rules.pass_score} 分")
        ended = self.round.left.get(entry.key, "redecided")
        if ended != "redecided":
            found.append(f"已{LEAVE_NAMES[ended]}")
        return tuple(found)

    def scoring_over(self, sub: SubIndustry) -> bool:
        """Whether no sheet is to come: time is up, or all that can be scored is scored."""
        call, panel = self.round.call, self.round.panel
        if self.at <= call.apply_until:
            return False
        return self.at > call.score_until or (
            bool(panel)
            and all(
                expert in entry.sheets or conflict_of(who, entry) is not None
                for entry in self.round.entries_of(sub)
                for expert, who in panel.items()
            )
        )

    def free_places(self, sub: SubIndustry, without: Sequence[str] = ()) -> int:
        """Return how many more lead units a sub-industry can have when those named do not count."""
        holding = set(self.in_office(sub)) - set(without)
        return max(0, load_selection_rules().places - len(holding))

    def next_in_line(self, sub: SubIndustry, standing: Standing) -> tuple[str, ...]:
        """Return the applications that could be selected and are not in office, best first."""
        holding = self.in_office(sub)
        entries = self.round.entries
        return tuple(
            one.application
            for one in standing.applications
            if entries[one.application].application.unit not in holding
            and not self.hindrances(entries[one.application], one)
        )
