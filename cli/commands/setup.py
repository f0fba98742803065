"""``init`` makes an installation, ``serve`` answers requests."""

from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.progress import progress
from cli.session import read_settings


def init(
    sample: Annotated[bool, typer.Option("--sample/--no-sample", help="向空数据库载入合成样本")] = True,
    as_json: AsJson = False,
) -> None:
    """Make database, encoder, sample and index; skip what is there."""
    from recommender.installation import initialise

    settings = read_settings()
    with progress() as reporter:
        report = initialise(settings, with_sample=sample, progress=reporter.stage)
    if as_json:
        streams.emit(report)
        return
    made = [
        name
        for name, done in (
            ("文本编码模型", report.encoder_built),
            ("合成样本", report.sample_loaded),
            ("索引", report.index_built),
        )
        if done
    ]
    told = f"新建：{'、'.join(made)}" if made else "全部已就绪，无需改动"
    out = streams.console()
    out.print(f"初始化完成（{report.seconds:g} 秒）。{told}。", style="good")
    out.print(
        f"现有解决方案 {report.solutions} 个、企业 {report.enterprises} 家、牵引单位 {report.lead_units} 家；"
        f"索引 {report.index_version}。数据在 {settings.home.resolve()}",
        soft_wrap=True,
    )


def serve(
    host: Annotated[str, typer.Option(help="监听的地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口，0 为任选空闲端口")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="工作进程数")] = 1,
) -> None:
    """Serve the API until Ctrl-C."""
    from api.server import serve as serve_api

    # The logging of the server is its own.
    serve_api(read_settings(), host, port, workers, announce=_announce)


def _announce(line: str) -> None:
    # Without wrapping: the request is there to be copied.
    print(line, flush=True)
