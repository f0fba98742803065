"""Import and export of records as csv, xlsx and jsonl files."""

from recommender.exchange.exporting import ExportReport, Format, export_records
from recommender.exchange.importing import import_file
from recommender.exchange.kinds import ExchangeRecord, Kind
from recommender.exchange.report import Finding, ImportReport
from recommender.exchange.templates import write_template

__all__ = [
    "ExchangeRecord",
    "ExportReport",
    "Finding",
    "Format",
    "ImportReport",
    "Kind",
    "export_records",
    "import_file",
    "write_template",
]
