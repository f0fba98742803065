"""``selection`` on the sample, where two of three places for cosmetics are taken."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.installation import open_installation
from recommender.selection.application import Call, ScoreSheet
from recommender.settings import Settings
from recommender.store.store import utc_now
from tests.e2e.cli.conftest import Run
from tests.unit.selection.holding import CITY, CLERK, EXPERTS, SUB, application, sheet

KEYS = [application(number).key for number in (1, 2)]
Document = Callable[..., dict[str, Any]]


def given(place: int) -> list[ScoreSheet]:
    return [sheet(key, 90 - 8 * at + place) for at, key in enumerate(KEYS)]


@pytest.fixture
def called(home: Path) -> Path:
    """Two applications from a month ago; one expert has not scored yet."""
    here = open_installation(Settings())
    now = utc_now()
    here.store.clock = lambda: utc_now() - timedelta(days=30)
    call = Call.model_validate(
        {
            "name": "合成样本·第一批",
            "sub_industries": [SUB.value],
            "apply_until": now - timedelta(days=1),
            "score_until": now + timedelta(days=10),
            "term_from": "2027-01-01",
            "term_until": "2027-12-31",
        }
    )
    here.selections.open("S1", call, CITY)
    for number in (1, 2):
        one = application(number)
        here.selections.apply("S1", one, one.unit)
        for member in one.members:
            here.selections.confirm("S1", one.key, member.id)
    here.store.clock = utc_now
    here.selections.name_panel("S1", EXPERTS, CITY)
    for place, expert in enumerate(EXPERTS[1:], start=1):
        here.selections.score("S1", given(place), expert.id)
    here.close()
    return home


def written(name: str, value: object) -> str:
    Path(name).write_text(json.dumps(value, ensure_ascii=False, default=str), encoding="utf-8")
    return name


@pytest.mark.usefixtures("called")
def test_from_experts_to_a_replacement(run: Run, document: Document) -> None:
    panel = written("experts.json", [one.model_dump(mode="json") for one in EXPERTS])
    assert document("selection", "experts", "S1", panel)["experts"] == 5
    own = written("scores.json", [one.model_dump(mode="json") for one in given(0)])
    document("selection", "score", "S1", own, "--expert", "SYN-E1")
    form = "评分表.xlsx"
    document("selection", "export", "S1", "score-sheet", form, "--expert", "SYN-E1")
    again = document("selection", "score", "S1", form, "--expert", "SYN-E1")
    assert (again["scored"], again["faults"]) == (KEYS, [])
    assert [one["key"] for one in document("selection", "check", "S1")["items"]] == KEYS
    decide = (
        "selection",
        "decide",
        "S1",
        "--sub-industry",
        SUB.value,
        "--reason",
        "按得分",
        "--actor",
        CLERK,
    )
    both = [word for key in KEYS for word in ("--select", key)]
    assert "最多再选 1 家" in run(*decide, *both).stderr
    part = document(*decide, "--select", KEYS[0])["parts"][0]
    assert [seat["unit"] for seat in part["in_office"]] == ["SYN-L06", "SYN-L07", "SYN-U1"]
    shown = run("selection", "show", "S1").stdout
    assert "可递补" in shown
    assert "合成样本" in shown
    replace = ("selection", "replace", "S1", "--sub-industry", SUB.value, "--reason", "申请退出")
    part = document(*replace, "--leaving", "SYN-U1", "--successor", KEYS[1])["parts"][0]
    assert [seat["unit"] for seat in part["in_office"]] == ["SYN-L06", "SYN-L07", "SYN-U2"]


@pytest.mark.usefixtures("called")
def test_appeals_files_and_the_past(document: Document) -> None:
    document(
        "selection",
        "score",
        "S1",
        written("s.json", [one.model_dump(mode="json") for one in given(0)]),
        "--expert",
        "SYN-E1",
    )
    decide = (
        "selection",
        "decide",
        "S1",
        "--sub-industry",
        SUB.value,
        "--reason",
        "按得分",
        "--actor",
        CLERK,
    )
    document(*decide, "--select", KEYS[0])
    appeal = ("selection", "appeal", "S1", KEYS[1], "--reason", "分数有误")
    document(*appeal, "--actor", "SYN-U2")
    decided = document(*appeal, "--actor", CITY, "--dismiss")["parts"][0]["entries"][1]["appeals"]
    assert [one["upheld"] for one in decided] == [False]
    for what, file in (("result", "结果.xlsx"), ("announcement", "公示.docx")):
        assert document("selection", "export", "S1", what, file) == {"file": file}
        assert Path(file).read_bytes()[:2] == b"PK"
    assert [one["id"] for one in document("selection", "show")["items"]] == ["S1"]
    past = (utc_now() - timedelta(days=10)).date().isoformat()
    assert document("selection", "show", "S1", "--as-of", past)["experts"] == 0


def test_opening_and_applying(run: Run, document: Document, home: Path) -> None:
    assert home.exists()
    now = utc_now()
    call = {
        "name": "合成样本·第二批",
        "sub_industries": [SUB.value],
        "apply_until": now + timedelta(days=1),
        "score_until": now + timedelta(days=2),
        "term_from": "2027-01-01",
        "term_until": "2027-12-31",
    }
    assert document("selection", "open", "S2", written("call.json", call))["applications"] == 0
    one = written("one.json", application(1).model_dump(mode="json"))
    apply = ("selection", "apply", "S2", one, "--actor", "SYN-U1")
    assert document(*apply)["version"] == 1
    assert document(*apply)["repeated"] is True
    document("selection", "export", "S2", "application-form", "申报表.xlsx")
    taken = document("selection", "apply", "S2", "申报表.xlsx", "--actor", CITY)
    assert (taken["faults"], taken["refused"]) == ([], [])
    confirmed = document("selection", "confirm", "S2", KEYS[0], "--actor", "SYN-I1")
    assert confirmed["parts"][0]["entries"][0]["unconfirmed"] == ["合成企业SYN-M1"]
    withdraw = ("selection", "withdraw", "S2", KEYS[0], "--reason", "内部调整", "--actor", "SYN-U1")
    assert document(*withdraw)["applications"] == 0
    wrong = written("wrong.json", application(2, members=[]).model_dump(mode="json"))
    tried = run("selection", "apply", "S2", wrong, "--actor", "SYN-U2", "--dry-run")
    assert (tried.exit_code, "缺少集成商" in tried.stdout) == (1, True)


def test_slips_of_the_pen(run: Run, home: Path) -> None:
    assert home.exists()
    assert run("selection", "show", "S9").exit_code == 1
    assert run("selection", "open", "S1", "none.json").exit_code == 1
    assert run("selection", "open", "S1", written("call.json", {"name": "a"})).exit_code == 1
    assert run("selection", "export", "S9", "score-sheet", "a.xlsx").exit_code == 2
    assert run("selection", "decide", "S1").exit_code == 2
