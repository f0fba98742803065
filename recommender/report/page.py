"""The page to print: HTML that stands alone, on A4, without anything from elsewhere."""

import base64
import hashlib
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from recommender.benchmark.peers import MeasureKind
from recommender.policy.eligibility_rules import RuleKind
from recommender.policy.estimate import yuan_text
from recommender.policy.findings import VERDICT_NAMES
from recommender.report.chart import closing_chart
from recommender.report.closing import TOGETHER
from recommender.report.explanation import PlanExplanation

_TEMPLATE = "plan.html.j2"
_STYLE = "plan.css"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("recommender.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["yuan"] = yuan_text
    return environment


@lru_cache(maxsize=1)
def _style() -> str:
    loader = _environment().loader
    if loader is None:
        raise RuntimeError("the environment was made with a loader")
    return loader.get_source(_environment(), _STYLE)[0]


def page_policy() -> str:
    """Return the ``Content-Security-Policy`` of the page: its own style sheet by hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'"


def render_plan_page(explanation: PlanExplanation) -> str:
    """Return the page as HTML.

    Whatever the records hold is escaped; nothing is loaded from elsewhere. Send it with
    :func:`page_policy`.
    """
    return (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            plan=explanation,
            chart=closing_chart(explanation.requirements),
            # Our own file, and escaping it would change the hash.
            style=Markup(_style()),
            verdict_names=VERDICT_NAMES,
            kinds=MeasureKind,
            rule_kinds=RuleKind,
            together=TOGETHER,
        )
    )
