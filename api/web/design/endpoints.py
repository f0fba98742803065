"""GET the design system."""

from fastapi import Response

from api.web.page import Page
from api.web.routing import page_router
from api.web.translations import marked

router = page_router()

#: Names of the colours that text and marks use, as in ``static/tokens.css``.
COLOURS = (
    ("--ink", marked("正文")),
    ("--ink-soft", marked("次要文字")),
    ("--brand", marked("主色：链接、主要按钮")),
    ("--good", marked("达到、通过")),
    ("--warn", marked("提醒、将到期")),
    ("--bad", marked("未达到、出错、逾期")),
)


@router.get("/design")
def get_design(page: Page) -> Response:
    """Show type, spacing, colours, states and parts, made of the very classes that pages use."""
    return page.show("design.html", colours=COLOURS)
