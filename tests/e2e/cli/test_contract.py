"""What scripts rely on: exit status, one JSON document on stdout, no traceback."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from recommender.domain.solution import AuditState
from recommender.sample import sample
from recommender.settings import Settings
from recommender.store import Store
from tests.e2e.cli.conftest import Run, Spawn
from tests.unit.learning.waves import meeting_rows, write_rows


def one_enterprise() -> str:
    store = Store.open(Settings())
    with store.read() as unit:
        found = next(iter(unit.diagnoses.latest_all())).record.uscc
    store.dispose()
    return found


def one_vendor() -> str:
    offered = (s for s in sample().solutions if s.audit_state is AuditState.ADMITTED)
    return next(solution.provider.id for solution in offered if solution.provider)


def labelled(folder: Path) -> list[list[str]]:
    """Small files to evaluate on, and the command lines that read them."""
    pages = [("a", "排产软件，插单重排"), ("b", "仓库条码，账实相符"), ("c", "能耗监测，峰谷用电")]
    solutions = [{"id": key, "name": text[:4], "text": text * 3} for key, text in pages]
    needs = [{"id": f"n{key}", "text": text[5:], "solution_id": key} for key, text in pages]
    for name, rows in (("solutions", solutions), ("needs", needs)):
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    demands = "demand_id,title,text\n" + "".join(f"d{n},需求{n},排产{n}\n" for n in range(3))
    grades = "demand_id,supply_id,supply_title,grade\n" + "".join(
        f"d{n},s{m},排产产品{m},{1 + (n + m) % 4}\n" for n in range(3) for m in range(4)
    )
    (folder / "demands.csv").write_text(demands, encoding="utf-8")
    (folder / "grades.csv").write_text(grades, encoding="utf-8")
    return [
        ["evaluate", "needs", "--solutions", "solutions.jsonl", "--needs", "needs.jsonl"],
        ["evaluate", "graded", "--demands", "demands.csv", "--grades", "grades.csv"],
        ["evaluate", "reciprocal", "--pairs", str(write_rows(folder / "waves.csv", meeting_rows(waves=3)))],
    ]


@pytest.mark.slow
def test_every_reporting_command_writes_one_document_and_a_page(home: Path, run: Run) -> None:
    uscc = one_enterprise()
    commands = [
        ["init"],
        ["demo"],
        ["recommend", "solutions", "--enterprise", uscc, "-k", "2"],
        [
            "recommend",
            "lead-units",
            "--enterprise",
            uscc,
            "-k",
            "2",
            "--target-level",
            "3",
            "--budget",
            "50000",
        ],
        ["prospects", "--lead-unit", "SYN-L01", "-k", "2"],
        ["fair-lists", "--sub-industry", "nev_parts", "--depth", "3"],
        ["prospects", "--vendor", one_vendor(), "-k", "2"],
        ["match", "--text", "订单靠手工排产，交期经常延误", "-k", "3"],
        ["diagnose", "--enterprise", uscc],
        ["export", "needs", "needs.csv"],
        ["template", "enterprises", "企业.xlsx"],
        ["import", "needs", "needs.csv", "--dry-run"],
        ["index", "refresh"],
        ["index", "status"],
        ["doctor"],
        *labelled(Path()),
    ]
    for command in commands:
        written = run(*command, "--json")
        assert written.exit_code == 0, (command, written.output)
        assert isinstance(json.loads(written.stdout), dict)
        assert written.stdout.count("\n") == 1, command
        page = run(*command)
        assert page.exit_code == 0, (command, page.output)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in page.stdout)


def test_figures_fit_on_eighty_columns(home: Path, run: Run) -> None:
    for command in labelled(Path()):
        page = run(*command).stdout
        names = (
            ("双方", "auc") if "reciprocal" in command else ("关键词", "语义", "融合", "最终排序", "ndcg@10")
        )
        assert all(part in page for part in (*names, "["))
        assert max(cell_len(line) for line in page.splitlines()) <= 80


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["init", "--frob"],
        ["match"],
        ["match", "--text"],
        ["match", "--text", "排产", "-k", "0"],
        ["match", "--text", "排产", "-k", "x"],
        ["match", "--text", "排产", "--budget", "abc"],
        ["match", "--text", "排产", "--budget=-1"],
        ["match", "--text", "排产", "--filter", "{"],
        ["match", "--text", "排产", "--filter", "[]"],
        ["recommend", "things", "--enterprise", "1"],
        ["recommend", "solutions"],
        ["recommend", "solutions", "--enterprise", "1", "--target-level", "5"],
        ["import", "solutions"],
        ["import", "nonsense", "x.csv"],
        ["import", "solutions", "x.csv", "--map", "x"],
        ["prospects"],
        ["prospects", "--lead-unit", "SYN-L01", "--vendor", "SYN-V1"],
        ["evaluate"],
        ["evaluate", "graded", "--demands", "a"],
        ["serve", "--port", "99999"],
        ["doctor", "more"],
    ],
)
def test_wrong_command_lines(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    if len(arguments) > 1:
        assert result.stdout == ""
        assert result.stderr.startswith("用法错误 ")
        assert len(result.stderr.splitlines()) == 1
        usage = run(arguments[0], "--json", *arguments[1:])
        assert usage.exit_code == 2
        assert json.loads(usage.stdout)["error"]["code"] == "usage"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["recommend", "solutions", "--enterprise", "123"], "invalid_input"),
        (["recommend", "lead-units", "--enterprise", "9" * 18], "enterprise_not_found"),
        (["diagnose", "--enterprise", "9" * 18], "enterprise_not_found"),
        (["prospects", "--lead-unit", "nobody"], "lead_unit_not_found"),
        (["prospects", "--vendor", "nobody"], "vendor_not_found"),
        (["evaluate", "reciprocal", "--pairs", "nothing.csv"], "file_not_readable"),
        (["match", "--text", " "], "invalid_input"),
        (["match", "--text", "排产", "--filter", '{"must":[{"field":"colour"}]}'], "invalid_input"),
        (
            ["match", "--text", "排产", "--filter", '{"must":[{"field":"mode","any":["x"]}]}'],
            "filter_not_applicable",
        ),
        (["replay", "nothing"], "recommendation_not_found"),
        (["import", "solutions", "nothing.csv"], "file_not_readable"),
        (["import", "solutions", "."], "file_not_readable"),
        (["export", "solutions", "nowhere/x.csv"], "file_not_readable"),
        (["export", "solutions", "x.doc"], "not_expressible"),
        (["evaluate", "needs", "--solutions", "no", "--needs", "no"], "file_not_readable"),
        (["serve", "--host", "0.0.0.0"], "unsafe_bind"),
    ],
)
def test_failures(home: Path, run: Run, arguments: list[str], code: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert f"[{code}]" in result.stderr or arguments[0] == "import"
    assert "Traceback" not in result.output
    if arguments[0] != "serve":
        written = run(*arguments, "--json")
        assert written.exit_code == 1
        assert json.loads(written.stdout)["error"]["code"] == code


def test_before_init_everything_says_so(empty_home: Path, run: Run) -> None:
    for arguments in (["match", "--text", "x"], ["index", "status"], ["demo"], ["export", "needs", "x.csv"]):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "smematch init" in result.stderr
    assert not empty_home.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("ENCODER_THREADS", "abc"), ("HOME", "/dev/null/x"), ("DATABASE_URL", "mysql://x/y")]
)
def test_unusable_settings(
    empty_home: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SMEMATCH_{name}", value)
    result = run("init")
    assert result.exit_code == 1
    assert "internal_error" not in result.stderr
    assert run("doctor").exit_code == 1


def test_utf8_through_a_pipe_whatever_the_locale(home: Path, spawn: Spawn) -> None:
    process = spawn("match", "--text", "排产", "-k", "1")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "推荐的解决方案" in out.decode("utf-8")
    process = spawn("replay", "没有", "--json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "没有" in json.loads(out.decode("utf-8"))["error"]["detail"]
    assert "错误" in err.decode("utf-8")


def test_a_reader_that_leaves_early(home: Path, spawn: Spawn) -> None:
    with spawn("demo") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 1
