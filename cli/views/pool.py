"""The product pool: submissions, the queue, the reviewers' sheet, histories, near-duplicates."""

from collections.abc import Iterable

from rich.console import Console

from cli.views.text import heading, named, paragraph, table
from recommender.domain.calendar import local_day
from recommender.domain.solution import AUDIT_STATE_NAMES
from recommender.pool.claims import UnsupportedClaim
from recommender.pool.form import FormFinding, Severity
from recommender.pool.history import FieldChange, ProductHistory
from recommender.pool.indicators import Lightness
from recommender.pool.near_duplicates import NearDuplicate
from recommender.pool.queue import QueuePage
from recommender.pool.service import DuplicatePair, Reviewed, Submitted
from recommender.pool.sheet import ReviewSheet
from recommender.pool.steps import Step
from recommender.pool.submission import DECISION_NAMES

_SEVERITIES: dict[Severity, tuple[str, str]] = {
    "error": ("须改正", "bad"),
    "warning": ("注意", "note"),
    "suggestion": ("建议", "quiet"),
}
_BASES = {"one_off": "一次性", "per_year": "每年"}
_LONGEST = 60


def show_submitted(console: Console, taken: Submitted) -> None:
    """Print what became of a submission or of a check."""
    if taken.step is not None:
        word = "已有同样的申报" if taken.step.repeated else "已收到申报"
        console.print(f"{word}：{taken.step.submission_id}（{taken.step.text}）", soft_wrap=True)
    else:
        console.print(
            "可以申报" if taken.acceptable else "还不能申报", style="good" if taken.acceptable else "bad"
        )
    _findings(console, taken.findings)


def show_step(console: Console, step: Step) -> None:
    """Print what an action did."""
    again = "（此前已办理，未重复记录）" if step.repeated else ""
    console.print(f"{step.solution_id}：{step.text}{again}", soft_wrap=True)
    if step.waiting_for:
        console.print(f"还需 {step.waiting_for} 位审核人", style="note")


def show_reviews(console: Console, results: tuple[Reviewed, ...]) -> None:
    """Print what became of several reviews."""
    for result in results:
        if result.step is not None:
            show_step(console, result.step)
        else:
            paragraph(console, f"{result.id}：{result.detail}", hang=2, style="bad")


def show_queue(console: Console, page: QueuePage) -> None:
    """Print what waits."""
    heading(console, f"待办 {page.total} 项，逾期 {page.overdue} 项")
    rows = table("种类", "编号", "产品", "提供方", "已等（天）", "期限", "意见", "还需")
    for entry in page.items:
        rows.add_row(
            "申诉" if entry.kind == "appeal" else "新产品" if entry.new_product else "新版本",
            entry.id,
            named(entry.name, None),
            named(entry.provider or "—", None),
            str(entry.days),
            f"{entry.due_on}{'（逾期）' if entry.overdue else ''}",
            "、".join(entry.reviewers) or "—",
            str(entry.waiting_for),
        )
    console.print(rows)


def show_sheet(console: Console, sheet: ReviewSheet) -> None:
    """Print the reviewers' sheet."""
    one = sheet.submission
    solution = one.solution
    heading(console, "申报")
    console.print(named(solution.name, solution.face_mark))
    provider = solution.provider.name if solution.provider else "未写明"
    paragraph(console, f"{one.id}，第 {one.number} 次申报，提供方 {provider}，申报人 {one.actor}")
    paragraph(console, f"现状：{sheet.standing}")
    if sheet.waiting:
        late = "，已逾期" if sheet.waiting.overdue else ""
        paragraph(console, f"已等 {sheet.waiting.days} 天，期限 {sheet.waiting.due_on}{late}")
    for opinion in one.opinions:
        paragraph(
            console, f"{opinion.reviewer}：{DECISION_NAMES[opinion.decision]}——{opinion.reason}", hang=2
        )
    _findings(console, sheet.form)
    _changes(console, sheet.changes)
    _duplicates(console, sheet)
    _claims(console, sheet.claims)
    _lightness(console, sheet.lightness)
    if sheet.related:
        heading(console, "关联方")
        for party in sheet.related:
            paragraph(console, f"· {party.text}（{party.party}）", hang=2, style="note")


def show_history(console: Console, history: ProductHistory) -> None:
    """Print the history of a product."""
    heading(console, f"{history.name or history.solution_id}：{history.text}")
    for entry in history.entries:
        who = f"，{entry.actor}" if entry.actor else ""
        version = f"（第 {entry.version} 版）" if entry.version else ""
        state = f" → {AUDIT_STATE_NAMES[entry.audit_state]}" if entry.audit_state else ""
        reason = f"：{entry.reason}" if entry.reason else ""
        paragraph(console, f"{local_day(entry.at)} {entry.title}{version}{state}{who}{reason}", hang=2)
        _changes(console, entry.changes, titled=False)


def show_pairs(console: Console, pairs: tuple[DuplicatePair, ...]) -> None:
    """Print pairs of near-duplicates."""
    heading(console, f"疑似重复的产品 {len(pairs)} 对")
    for pair in pairs:
        paragraph(console, f"{pair.name}（{pair.id}）", style="name")
        _duplicate(console, pair.other)


def _findings(console: Console, findings: Iterable[FormFinding]) -> None:
    for finding in findings:
        word, style = _SEVERITIES[finding.severity]
        paragraph(console, f"· {word}：{finding.text}（{finding.field}）", hang=2, style=style)


def _changes(console: Console, changes: Iterable[FieldChange], *, titled: bool = True) -> None:
    for number, change in enumerate(changes):
        if titled and number == 0:
            heading(console, "与池内现有内容的差异")
        if change.lines:
            paragraph(console, f"{change.field}：", by=2)
            for line in change.lines:
                style = "good" if line.startswith("+") else "bad" if line.startswith("-") else "quiet"
                paragraph(console, line, by=4, style=style)
        else:
            before, after = _short(change.before), _short(change.after)
            paragraph(console, f"{change.field}：{before} → {after}", by=2, hang=2)


def _duplicates(console: Console, sheet: ReviewSheet) -> None:
    heading(console, "疑似重复")
    if sheet.degraded_detail:
        paragraph(console, sheet.degraded_detail, style="note")
    if not sheet.near_duplicates:
        console.print("没有发现")
    for other in sheet.near_duplicates:
        _duplicate(console, other)
    paragraph(console, sheet.near_duplicates_note, style="quiet")
    near = "、".join(f"{one.name}（{one.id}）" for one in sheet.near_in_meaning)
    if near:
        paragraph(console, f"意思最相近的产品（未必重复）：{near}")


def _duplicate(console: Console, other: NearDuplicate) -> None:
    same = "，同一提供方" if other.same_provider else ""
    paragraph(console, f"与 {other.name}（{other.id}{same}）：分值 {other.score:.2f}", by=2, style="note")
    if other.same_fields:
        paragraph(console, f"相同的项：{'、'.join(other.same_fields)}", by=4)
    for passage in other.passages:
        paragraph(console, f"本：{passage.ours}", by=4, hang=4)
        paragraph(console, f"彼：{passage.theirs}", by=4, hang=4, style="quiet")


def _claims(console: Console, claims: Iterable[UnsupportedClaim]) -> None:
    for number, claim in enumerate(claims):
        if number == 0:
            heading(console, "没有佐证的说法")
        passage = f"：{claim.passage}" if claim.passage else ""
        paragraph(console, f"· {claim.text}{passage}", hang=2, style="note")


def _lightness(console: Console, light: Lightness) -> None:
    heading(console, "小快轻准")
    rows = table("指标", "本产品", "参考值", "是否达到", "同场景中的百分位", "同类数")
    for one in light.indicators:
        percentile = "同类太少" if one.percentile is None else f"{one.percentile:g}"
        rows.add_row(
            one.title,
            f"{one.value:,f}",
            f"{one.threshold:,f}",
            "是" if one.meets else "否",
            percentile,
            str(one.n),
        )
    console.print(rows)
    if light.missing:
        paragraph(console, f"未写明：{'、'.join(light.missing)}", style="note")
    prices = light.prices
    if prices is not None and prices.median_yuan is not None:
        spread = f"{prices.least_yuan:,.0f}～{prices.most_yuan:,.0f} 元，中位 {prices.median_yuan:,.0f} 元"
        paragraph(console, f"同类产品的最低价（{_BASES[prices.basis]}，{prices.n} 个）：{spread}")
        for compared in prices.products:
            told = f"{compared.name}（{compared.id}）：{compared.low_yuan:,.0f}～{compared.high_yuan:,.0f} 元"
            paragraph(console, told, by=2, style="quiet")
    paragraph(console, light.note, style="quiet")


def _short(value: object) -> str:
    text = "（无）" if value in (None, "", [], {}) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
