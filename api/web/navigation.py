"""What the head of each page links to, by role, grouped where there is too much for one line."""

from collections.abc import Sequence
from typing import NamedTuple

from api.web.translations import marked
from recommender.domain.viewer import Role, Viewer


class Entry(NamedTuple):
    """A link; ``label`` is a message of the templates, ``current`` whether the page is below it."""

    address: str
    label: str
    current: bool


class Group(NamedTuple):
    """Links under one heading, which opens them; without a label they stand in the head themselves."""

    label: str | None
    entries: tuple[Entry, ...]

    @property
    def current(self) -> bool:
        """Whether the page is below one of the links."""
        return any(entry.current for entry in self.entries)


_Links = tuple[tuple[str, str], ...]
_PROGRESS: _Links = (
    ("/board", marked("目标进展")),
    ("/course", marked("办理清单")),
    ("/rounds", marked("奖补轮次")),
    ("/outcomes/benchmark_case", marked("成果遴选")),
)
_GAPS = ("/gaps", marked("产品缺口"))
_DISTRICT: tuple[tuple[str | None, _Links], ...] = ((None, (*_PROGRESS, _GAPS)),)
_CITY: tuple[tuple[str | None, _Links], ...] = (
    (marked("进展"), _PROGRESS),
    (marked("产品池"), (("/pool", marked("产品审核")), _GAPS)),
    (marked("公平与模型"), (("/exposure", marked("曝光公平")),)),
)
_ENTERPRISE: tuple[tuple[str | None, _Links], ...] = (
    (
        None,
        (
            ("/enterprises/{subject}", marked("我的企业")),
            ("/enterprises/{subject}/recommendations", marked("推荐产品")),
            ("/enterprises/{subject}/shortlist", marked("我的备选")),
            ("/enterprises/{subject}/plan", marked("方案")),
            ("/enterprises/{subject}/lead-units", marked("牵引单位")),
        ),
    ),
    (
        marked("授权和档案"),
        (
            ("/enterprises/{subject}/contacts", marked("授权和联系")),
            ("/enterprises/{subject}/seen", marked("谁看过我")),
            ("/enterprises/{subject}/file", marked("一企一档")),
        ),
    ),
)
#: Address and Chinese label by group; ``{subject}`` is the record that the viewer speaks for.
_BY_ROLE: dict[Role | None, tuple[tuple[str | None, _Links], ...]] = {
    None: ((None, (("/start", marked("自助测评")),)),),
    Role.ENTERPRISE: _ENTERPRISE,
    Role.LEAD_UNIT: (
        (
            None,
            (
                ("/lead-units/{subject}", marked("适合我的企业")),
                ("/lead-units/{subject}/capacity", marked("接单能力")),
                ("/lead-units/{subject}/projects", marked("我的项目")),
                ("/lead-units/{subject}/products", marked("我的产品")),
            ),
        ),
    ),
    Role.VENDOR: (
        (
            None,
            (
                ("/vendors/{subject}", marked("适合我的企业")),
                ("/vendors/{subject}/projects", marked("我的项目")),
                ("/vendors/{subject}/products", marked("我的产品")),
            ),
        ),
    ),
    Role.DISTRICT: _DISTRICT,
    Role.CITY: _CITY,
    Role.ADMIN: _CITY,
    Role.AUDITOR: _CITY,
}


def navigation(viewer: Viewer | None, path: str) -> tuple[Group, ...]:
    """Return the links for a viewer; the longest one that the path begins with is current."""
    role = viewer.role if viewer else None
    subject = (viewer.subject or "") if viewer else ""
    groups = _BY_ROLE.get(role, ())
    addresses = [address.format(subject=subject) for _, links in groups for address, _ in links]
    within = [address for address in addresses if path == address or path.startswith(f"{address}/")]
    current = max(within, key=len, default=None)
    return tuple(Group(label, _entries(links, subject, current)) for label, links in groups)


def _entries(links: Sequence[tuple[str, str]], subject: str, current: str | None) -> tuple[Entry, ...]:
    told = ((address.format(subject=subject), label) for address, label in links)
    return tuple(Entry(address, label, address == current) for address, label in told)
