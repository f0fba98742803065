"""Everything about an enterprise in one archive."""

import io
import zipfile

from recommender.course.case_file import CaseFile
from recommender.course.workbook import case_workbook
from recommender.domain import Enterprise


def everything(firm: Enterprise, file: CaseFile) -> bytes:
    """Return a zip: the record and the case file as JSON, and the case file as a workbook."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("企业资料.json", firm.model_dump_json(indent=2))
        archive.writestr("一企一档.json", file.model_dump_json(indent=2))
        archive.writestr("一企一档.xlsx", case_workbook(file))
    return content.getvalue()
