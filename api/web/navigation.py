"""What the head of each page links to, by role."""

from typing import NamedTuple

from api.web.translations import marked
from recommender.domain.viewer import Role, Viewer


class Entry(NamedTuple):
    """A link; ``label`` is a message of the templates, ``current`` whether the page is below it."""

    address: str
    label: str
    current: bool


#: Address and Chinese label; ``{subject}`` is the record that the viewer speaks for.
_OFFICE = (
    ("/board", marked("目标进展")),
    ("/course", marked("办理清单")),
    ("/rounds", marked("奖补轮次")),
    ("/outcomes/benchmark_case", marked("成果遴选")),
)
_BY_ROLE: dict[Role | None, tuple[tuple[str, str], ...]] = {
    None: (("/start", marked("自助测评")),),
    Role.ENTERPRISE: (
        ("/enterprises/{subject}/recommendations", marked("推荐产品")),
        ("/enterprises/{subject}/shortlist", marked("备选产品")),
    ),
    Role.DISTRICT: _OFFICE,
    Role.CITY: _OFFICE,
    Role.ADMIN: _OFFICE,
    Role.AUDITOR: _OFFICE,
}


def navigation(viewer: Viewer | None, path: str) -> tuple[Entry, ...]:
    """Return the links for a viewer; the longest one that the path begins with is current."""
    role = viewer.role if viewer else None
    subject = (viewer.subject or "") if viewer else ""
    links = [(address.format(subject=subject), label) for address, label in _BY_ROLE.get(role, ())]
    within = [address for address, _ in links if path == address or path.startswith(f"{address}/")]
    current = max(within, key=len, default=None)
    return tuple(Entry(address, label, address == current) for address, label in links)
