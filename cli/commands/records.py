"""``import``, ``export`` and ``template``: records from and to files."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import streams
from cli.failures import FAILURE, problem
from cli.options import AsJson
from cli.progress import progress
from cli.session import installation, read_settings
from recommender.domain import Enterprise
from recommender.errors import SmematchError
from recommender.exchange.kinds import Kind
from recommender.exchange.rejected import RejectedRows

if TYPE_CHECKING:
    from recommender.exchange import ImportReport
    from recommender.exchange.merging import Resolve
    from recommender.installation import Installation

_Kind = Annotated[Kind, typer.Argument(help="记录种类", metavar="KIND")]


def import_(
    kind: _Kind,
    files: Annotated[list[Path], typer.Argument(help="csv、xlsx 或 jsonl 文件", metavar="FILE…")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不保存")] = False,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help="列名=字段，可重复；字段写 - 则略过该列", metavar="COL=FIELD"),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option("--errors", help="把没有导入的行写成 Excel，批注说明原因，改好可再导入", metavar="FILE"),
    ] = None,
    conflicts: Annotated[
        Path | None, typer.Option("--conflicts", help="把需要人决定的冲突写成 Excel", metavar="FILE")
    ] = None,
    resolve: Annotated[
        str | None,
        typer.Option(
            "--resolve",
            help="冲突怎样定：theirs 全用文件，ours 全留库中，或填好的冲突表",
            metavar="theirs|ours|FILE",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import files, then bring the index up to the store."""
    columns = _read_mapping(mapping or [])
    if (errors or conflicts) and len(files) > 1:
        raise typer.BadParameter("一次只能带一个文件", param_hint="--errors" if errors else "--conflicts")
    decide = _read_resolve(resolve)
    kept = RejectedRows() if errors else None
    with installation(current=False) as here:
        done = [
            (path, _import_one(here, kind, path, columns, decide, kept, dry_run=dry_run)) for path in files
        ]
        _write_back(kind, done, errors, kept, conflicts, here.store.clock())
        if not dry_run:
            with progress() as reporter:
                here.keeper.refresh(progress=reporter.stage)
        version = here.keeper.current.version
    if as_json:
        streams.emit(_document(kind, done, dry_run=dry_run, index_version=version))
    else:
        from cli.views.imports import show_imports

        show_imports(streams.console(), kind, done, dry_run=dry_run)
    if any(_failed(report) for _, report in done):
        raise typer.Exit(FAILURE)


def _import_one(
    here: "Installation",
    kind: Kind,
    path: Path,
    columns: Mapping[str, str],
    decide: "Resolve",
    kept: "RejectedRows | None",
    *,
    dry_run: bool,
) -> "ImportReport | SmematchError":
    from recommender.exchange import import_file

    try:
        with progress() as reporter:
            return import_file(
                kind,
                path,
                here.store,
                mapping=columns,
                dry_run=dry_run,
                enrich=_completing(kind),
                progress=reporter.rows,
                max_rows=here.settings.max_import_rows,
                resolve=decide,
                rejected=kept,
            )
    except SmematchError as error:
        # The other files are none the worse for it.
        error.place.setdefault("file", str(path))
        return error


def _read_resolve(text: str | None) -> "Resolve":
    from recommender.exchange.conflicts import read_decisions, resolver

    return resolver(text) if text in {None, "theirs", "ours"} else read_decisions(Path(text or ""))


def _write_back(
    kind: Kind,
    done: "list[tuple[Path, ImportReport | SmematchError]]",
    errors: Path | None,
    kept: "RejectedRows | None",
    conflicts: Path | None,
    at: datetime,
) -> None:
    """Write the workbooks of refused rows and of conflicts; a file without any leaves none."""
    from recommender.exchange.conflicts import conflicts_workbook
    from recommender.exchange.exporting import write_file
    from recommender.exchange.rejected import error_workbook

    for _, report in done:
        if isinstance(report, SmematchError):
            continue
        if errors is not None and kept is not None and kept.rows:
            write_file(errors, error_workbook(kind, kept, report.reported, at))
        if conflicts is not None and report.conflicts:
            write_file(conflicts, conflicts_workbook(kind, report.conflicts, at))


def _completing(kind: Kind) -> Callable[[Any], Any] | None:
    from recommender.text.scenarios import complete_solution

    completing: dict[Kind, Callable[[Any], Any]] = {
        Kind.SOLUTIONS: complete_solution,
        Kind.ENTERPRISES: _complete_enterprise,
    }
    return completing.get(kind)


def _complete_enterprise(enterprise: Enterprise) -> Enterprise:
    from api.enterprises.contact import refuse_masked
    from recommender.text.sub_industry import complete_enterprise

    # What the API answers masks contact data; imported again it would overwrite the real one.
    refuse_masked(enterprise)
    return complete_enterprise(enterprise)


def _read_mapping(pairs: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        # The last sign: a header may hold one, a field never does.
        column, sign, field = pair.rpartition("=")
        if not (sign and column.strip() and field.strip()):
            raise typer.BadParameter(f"“{pair}”应写成 列名=字段", param_hint="--map")
        columns[column.strip()] = field.strip()
    return columns


def _failed(report: "ImportReport | SmematchError") -> bool:
    """Whether a file was of no use at all; a report with some bad rows is a report."""
    return isinstance(report, SmematchError) or (report.rows > 0 and report.rejected == report.rows)


def _document(
    kind: Kind,
    done: "list[tuple[Path, ImportReport | SmematchError]]",
    *,
    dry_run: bool,
    index_version: str,
) -> dict[str, Any]:
    failures = [report for _, report in done if isinstance(report, SmematchError)]
    entries = [
        {"file": path.name, **problem(report)}
        if isinstance(report, SmematchError)
        else report.model_dump(mode="json")
        for path, report in done
    ]
    document = {"kind": kind.value, "dry_run": dry_run, "index_version": index_version, "files": entries}
    return {**problem(failures[0]), **document} if failures else document


def export(
    kind: _Kind,
    file: Annotated[Path, typer.Argument(help="写到哪个文件", metavar="FILE")],
    file_format: Annotated[
        str | None, typer.Option("--format", help="csv、xlsx 或 jsonl；默认按文件扩展名")
    ] = None,
    with_contact: Annotated[bool, typer.Option("--with-contact", help="包含联系人、电话和邮箱")] = False,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", help="只导出这些，可重复，如 所属区=番禺区", metavar="COL=VALUE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Export records to a file that imports as the same records."""
    from recommender.exchange import export_records
    from recommender.exchange.selecting import UnknownCondition, read_conditions, selection_name
    from recommender.store import Store

    chosen = where or []
    try:
        filters = read_conditions(kind, chosen)
    except UnknownCondition as error:
        raise typer.BadParameter(error.detail, param_hint="--where") from error
    store = Store.open(read_settings())
    try:
        with store.read() as unit:
            stored = getattr(unit, kind.store_name).iterate(**filters)
            report = export_records(
                kind, stored, file, file_format, with_contact=with_contact, selection=selection_name(chosen)
            )
    finally:
        store.dispose()
    if as_json:
        streams.emit(report)
        return
    contact = "，含联系方式" if report.with_contact else ""
    streams.console().print(
        f"已导出{kind.label} {report.records} 条到 {report.file}{contact}", soft_wrap=True
    )


def template(
    kind: _Kind,
    file: Annotated[Path, typer.Argument(help="写到哪个 xlsx 文件", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Write an empty workbook to fill in."""
    from recommender.exchange import write_template

    write_template(kind, file)
    if as_json:
        streams.emit({"kind": kind.value, "file": str(file)})
        return
    streams.console().print(f"已写出{kind.label}模板 {file}", soft_wrap=True)
