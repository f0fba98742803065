"""The SQL of docs/board_figures.md, run on the raw tables of a generated history, gives the board."""

import random
from datetime import timedelta

from recommender.feedback.event_log import EventLog
from recommender.outcomes.board import BoardService
from tests.synthetic_records import enterprise, lead_unit, solution, uscc
from tests.unit.course.telling import DISTRICT, UNIT, Told
from tests.unit.outcomes.board_sql import SQL, TARGET_COUNTS, compare, raw


def decide(told: Told, event: str, subject: str, **attributes: str) -> None:
    body = {
        "event_id": f"{event}-{attributes['candidate']}",
        "type": event,
        "subject": subject,
        "object": "440100",
        "actor": "440100",
        "occurred_at": told.now.isoformat(),
        "attributes": attributes,
    }
    assert EventLog(told.store).append([body]).inserted == 1


def history(told: Told) -> None:
    """Thirty firms, most with a project or two, told in order; some reports are late or come twice."""
    draw = random.Random(7)
    with told.begin() as work:
        work.lead_units.put(lead_unit(1))
        for number in range(1, 9):
            state = draw.choice(("admitted", "suspended", "admitted"))
            subs = draw.sample(("apparel", "luggage", "cosmetics"), draw.randint(0, 2))
            changes = {"audit_state": state, "in_scope": number != 3, "sub_industries": subs}
            work.solutions.put(solution(number, **changes))
        for number in range(1, 31):
            work.enterprises.put(enterprise(number, district=draw.choice((None, "440113", "440118"))))
    for number in range(1, 31):
        firm = uscc(number)
        told.later(hours=5)
        told.event("pilot_listed", subject=firm, object=DISTRICT, actor=DISTRICT)
        for project in ("A", "B")[: draw.randint(0, 2)]:
            steps = ["contract", "project_filed", "project_registered", "acceptance_requested"]
            end = draw.choice((["accepted"], ["accepted", "subsidy"], ["rejected"], ["withdrawn"], []))
            if draw.random() < 0.3:
                steps += ["rejected", "acceptance_requested"]
            steps += end
            for kind in steps:
                told.later(hours=draw.randint(1, 40))
                money = (
                    {"amount_yuan": f"{draw.randint(1, 9_999_999) / 100:.2f}"} if kind == "subsidy" else {}
                )
                if kind == "subsidy":
                    told.event("subsidy_requested", subject=firm, project=project, amount_yuan="1")
                    told.later(hours=1)
                told.event(
                    kind,
                    subject=firm,
                    object=UNIT,
                    project=project,
                    on=told.now - timedelta(minutes=draw.choice((0, 30))),
                    reason="写明",
                    **money,
                )
    for kind, candidate, subject in (
        ("benchmark_case", f"{uscc(1)}:A", uscc(1)),
        ("excellent_product", "SYN-S00001", "SYN-S00001"),
        ("district_sample", DISTRICT, DISTRICT),
    ):
        told.later(hours=1)
        decide(told, "outcome_selected", subject, kind=kind, candidate=candidate)
    told.later(hours=1)
    decide(told, "outcome_removed", uscc(1), kind="benchmark_case", candidate=f"{uscc(1)}:A", reason="换")


def test_every_statement_of_the_page_gives_the_number_of_the_board(database_url: str) -> None:
    told = Told(database_url)
    history(told)
    service = BoardService(told.store)
    board = service.board()
    compare(lambda name: raw(told.store, name, told.now), board)
    assert board.projects_accepted > 5
    assert board.subsidy_paid_yuan > 0
    for days in (3, 8, 20):
        moment = told.now - timedelta(days=days)
        compare(lambda name, at=moment: raw(told.store, name, at), service.board(moment))
    # Decisions follow their request by 1 to 40 hours, so by 0 to 2 days of Guangzhou.
    assert 0 < float(raw(told.store, "closing.days_to_decision", told.now)[0][0]) < 2
    assert {"prelude", *TARGET_COUNTS} <= SQL.keys()
    told.store.dispose()
