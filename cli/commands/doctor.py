"""``doctor``: what of the installation is there, what is missing, how to mend it."""

from typing import Annotated

import typer
from rich.text import Text

from cli import streams
from cli.failures import FAILURE
from cli.options import AsJson


def doctor(
    port: Annotated[int, typer.Option(min=1, max=65535, help="准备使用的端口")] = 8000,
    as_json: AsJson = False,
) -> None:
    """Check everything; exit 1 if something needed is missing."""
    from cli.checks import run_checks

    findings = run_checks(port)
    healthy = all(finding.status != "missing" for finding in findings)
    if as_json:
        streams.emit({"ok": healthy, "checks": [finding.model_dump(mode="json") for finding in findings]})
    else:
        out = streams.console()
        signs = {"ok": ("✓", "good"), "note": ("·", "note"), "missing": ("✗", "bad")}
        for finding in findings:
            sign, style = signs[finding.status]
            line = Text(f"{sign} ", style=style).append(finding.label, style="bold")
            out.print(line.append(f"  {streams.harmless(finding.detail)}"))
            if finding.mend:
                out.print(Text(f"    → {streams.harmless(finding.mend)}", style="note"))
        out.print(Text("全部就绪" if healthy else "有缺失，请按提示处理", style="good" if healthy else "bad"))
    if not healthy:
        raise typer.Exit(FAILURE)
