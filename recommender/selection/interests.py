"""Who has a part in whom: members of rival consortia, related parties, experts with a conflict of interest.

Firms are known by their ids and, since files spell ids differently, by their names (width and case folded).
"""

from collections.abc import Iterable, Iterator

from recommender.pool.form import FormFinding, Severity
from recommender.selection.application import Application, Expert
from recommender.selection.ledger import Entry
from recommender.text.tokens import normalise


def conflict_of(expert: Expert, entry: Entry) -> str | None:
    """Say in Chinese why an expert must keep out of an application; None where nothing is known."""
    if expert.id in entry.recused:
        return f"专家已申请回避：{entry.recused[expert.id]}"
    application = entry.application
    ids = {expert.id, *expert.interests}
    employer = normalise(expert.employer) if expert.employer else None
    if ids & application.own_ids or employer == normalise(application.name):
        return "专家与申报单位有利害关系"
    for member in application.members:
        if member.id in ids or employer == normalise(member.name):
            return f"专家与联合体成员“{member.name}”有利害关系"
    if ids & set(application.related):
        return "专家与申报单位的关联单位有利害关系"
    if expert.id in {version.actor for version in entry.versions}:
        return "专家经办过这份申报"
    return None


def rivalries(application: Application, others: Iterable[Application]) -> tuple[FormFinding, ...]:
    """Return what an application shares with others of its round.

    Parameters
    ----------
    others : iterable of Application
        Those that stand, without this one.
    """
    return tuple(
        finding for other in others if other.key != application.key for finding in _shared(application, other)
    )


def _shared(application: Application, other: Application) -> Iterator[FormFinding]:
    rival = other.sub_industry == application.sub_industry
    same_name = normalise(other.name) == normalise(application.name)
    where = f"“{other.name}”（{other.key}）"
    if application.unit != other.unit and (application.own_ids & other.own_ids or same_name):
        text = f"与{where}是同一家单位牵头"
        if rival:
            yield _finding("leads_two", "uscc", "error", f"{text}，同一细分行业只能牵头一个联合体")
        else:
            yield _finding("leads_elsewhere", "uscc", "warning", f"{text}，请使用同一个单位编号")
    if not rival:
        return
    theirs = {member.id for member in other.members} | {normalise(member.name) for member in other.members}
    if application.own_ids & theirs or normalise(application.name) in theirs:
        yield _finding("lead_in_rival", "unit", "warning", f"牵头单位也是竞争方{where}的成员")
    for member in application.members:
        if {member.id, normalise(member.name)} & theirs:
            yield _finding(
                "member_in_rival", "members", "warning", f"成员“{member.name}”也是竞争方{where}的成员"
            )
        if member.id in other.own_ids or normalise(member.name) == normalise(other.name):
            yield _finding(
                "member_leads_rival", "members", "warning", f"成员“{member.name}”又牵头竞争方{where}"
            )
    yield from _related(application, other, where)


def _related(application: Application, other: Application, where: str) -> Iterator[FormFinding]:
    ours = {*application.own_ids, *application.related}
    theirs = {*other.own_ids, *other.related}
    if application.own_ids.isdisjoint(other.own_ids) and ours & theirs:
        named = "、".join(sorted(ours & theirs))
        yield _finding("related_to_rival", "related", "warning", f"与竞争方{where}有关联（{named}）")


def _finding(code: str, field: str, severity: Severity, text: str) -> FormFinding:
    return FormFinding(code=code, field=field, severity=severity, text=text)
