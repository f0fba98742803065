"""The pilot's money and conditions as dated data: subsidy, eligibility, what a level adds elsewhere."""

from recommender.policy.eligibility import Eligibility, RuleAnswer, Statements, Verdict, check_eligibility
from recommender.policy.estimate import ApprovedLine, Limit, Shares, SpendLine, SubsidyEstimate
from recommender.policy.rules import SubsidyPolicy, UnknownCity, policy_for, subsidy_cities
from recommender.policy.subsidy import estimate_subsidy
from recommender.policy.zjtx import ZjtxGain, zjtx_gain

__all__ = [
    "ApprovedLine",
    "Eligibility",
    "Limit",
    "RuleAnswer",
    "Shares",
    "SpendLine",
    "Statements",
    "SubsidyEstimate",
    "SubsidyPolicy",
    "UnknownCity",
    "Verdict",
    "ZjtxGain",
    "check_eligibility",
    "estimate_subsidy",
    "policy_for",
    "subsidy_cities",
    "zjtx_gain",
]
