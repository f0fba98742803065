"""The plan in the words of an owner: structured, and as a page to print."""

from recommender.report.explanation import PlanContext, PlanExplanation, explain_plan
from recommender.report.page import page_policy, render_plan_page
from recommender.report.plan_spend import plan_spend

__all__ = ["PlanContext", "PlanExplanation", "explain_plan", "page_policy", "plan_spend", "render_plan_page"]
