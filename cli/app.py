"""Entry point: ``smematch``."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperGroup

from cli import streams
from cli.commands import (
    adjustment,
    appraisal,
    assign,
    board,
    course,
    demonstrate,
    diagnose,
    doctor,
    evaluate,
    exposure,
    fair_lists,
    gaps,
    health,
    index,
    letters,
    matching,
    matching_event,
    models,
    outcomes,
    pilot,
    plan,
    pool,
    questionnaire,
    records,
    selection,
    setup,
    subsidy_round,
    train,
)
from cli.failures import guarded

# The titles of the help pages are English in the library.
rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.DEFAULT_STRING = "[默认：{}]"
rich_utils.REQUIRED_LONG_STRING = "[必填]"


class Smematch(TyperGroup):
    """The command group; every way into it ends with a status and never with a traceback."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 - passed on
    ) -> Any:  # noqa: ANN401
        """Run a command line and leave with its exit status."""
        arguments = list(sys.argv[1:] if args is None else args)
        run = partial(
            super().main,
            args=arguments,
            prog_name="smematch",
            complete_var=complete_var,
            standalone_mode=False,
            windows_expand_args=windows_expand_args,
            **extra,
        )
        streams.use_utf8()
        status = guarded(run, as_json="--json" in arguments)
        if standalone_mode:
            sys.exit(status)
        return status


app = typer.Typer(
    name="smematch",
    cls=Smematch,
    help="中小企业数字化转型供需匹配。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS = (
    ("init", setup.init, "建立数据库、文本编码模型、合成样本和索引；已有的部分跳过。"),
    ("serve", setup.serve, "启动接口服务，Ctrl-C 停止。"),
    ("demo", demonstrate.demo, "在终端里看一遍：诊断、推荐、理由、未列入的原因。"),
    ("import", records.import_, "导入记录：合格的行存入，其余逐行说明原因；随后更新索引。"),
    ("export", records.export, "导出记录；同一文件可再导入。"),
    ("template", records.template, "写出供填写的 Excel 模板。"),
    ("recommend", matching.recommend, "为一家企业推荐解决方案、牵引单位，或政策、课程和活动。"),
    ("fair-lists", fair_lists.fair_lists, "为一个市场排互不嫉妒的名单，与现行名单比较；不影响现行推荐。"),
    ("prospects", matching.prospects, "为一家牵引单位或服务商列出同意展示的企业。"),
    ("audience", matching.audience, "一条政策、课程、活动或案例涉及哪些企业，供发送时用。"),
    ("match", matching.match, "按一段文字匹配解决方案。"),
    ("plan", plan.plan, "以最低费用达到目标等级的产品和举措，或预算内能达到的最高等级。"),
    ("assign", assign.assign, "在名额内为一批企业和牵引单位撮合：试算、对照、导出、提交建议。"),
    ("diagnose", diagnose.diagnose, "给出一家企业的等级、各维度得分，以及与每个更高等级的差距。"),
    ("gaps", gaps.gaps, "资源池缺口：哪些场景、行业和预算的企业找不到产品，建议征集什么。"),
    (
        "case-file",
        course.case_file,
        "一企一档：一家企业的全过程档案，可看过去任何一天；可存 Excel、Word、网页。",
    ),
    ("exposure", exposure.exposure, "曝光公平报告：谁被看到、被联系，与应得份额相比，超上限报警。"),
    ("health", health.health, "运行体检：预测准不准、池子展示了多少、特征有没有漂移，异常时怎么办。"),
    ("board", board.board, "试点目标进展：完成数、分区分行业、按速度和在办项目的预测。"),
    ("replay", matching.replay, "重现一次推荐或方案当时的样子。"),
    ("doctor", doctor.doctor, "逐项检查安装，缺什么、怎么补。"),
)
for _name, _command, _help in _COMMANDS:
    app.command(_name, help=_help)(_command)
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(index.app, name="index")
app.add_typer(letters.app, name="letter")
app.add_typer(train.app, name="train")
app.add_typer(models.app, name="models")
app.add_typer(course.app, name="course")
app.add_typer(matching_event.app, name="matching-event")
app.add_typer(pool.app, name="pool")
app.add_typer(questionnaire.app, name="questionnaire")
app.add_typer(subsidy_round.app, name="subsidy-round")
app.add_typer(outcomes.app, name="outcomes")
app.add_typer(pilot.app, name="pilot")
app.add_typer(adjustment.app, name="adjustment")
app.add_typer(selection.app, name="selection")
app.add_typer(appraisal.app, name="appraisal")


def main() -> None:
    """Run the command line."""
    streams.log_to_stderr()
    app()


if __name__ == "__main__":
    main()
