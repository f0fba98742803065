"""The plan in the words of an owner: structured, and as a page to print."""

from recommender.report.explanation import PlanContext, PlanExplanation, explain_plan
from recommender.report.page import page_policy, render_plan_page

__all__ = ["PlanContext", "PlanExplanation", "explain_plan", "page_policy", "render_plan_page"]
