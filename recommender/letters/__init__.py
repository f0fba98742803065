"""Letters and summary tables as Word documents, the way offices send them."""

from recommender.letters.district import DistrictSummary, district_summary, summary_document
from recommender.letters.result import result_letter

__all__ = ["DistrictSummary", "district_summary", "result_letter", "summary_document"]
