"""Queries and answers about the course."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.downloads import DOCX, PDF, XLSX
from api.paging import Listing, PageQuery
from recommender.course.compiling import Asker
from recommender.course.stages import Role
from recommender.course.worklist import StageCount, WorkEntry, WorkFilter
from recommender.diagnosis.value import Value
from recommender.domain.taxonomy import DistrictCode, SubIndustry


class FileFormat(StrEnum):
    """In which form a case file is answered."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    DOCX = "docx"


MEDIA_TYPES = {
    FileFormat.HTML: "text/html; charset=utf-8",
    FileFormat.PDF: PDF,
    FileFormat.XLSX: XLSX,
    FileFormat.DOCX: DOCX,
}


class FileQuery(Value):
    """Of when, and for whom, a case file is."""

    as_of: Annotated[
        str | None, Field(max_length=40, description="截至哪天（含），或带时区的时刻；默认现在")
    ] = None
    role: Annotated[Role | None, Field(description="以什么身份查看；不写则联系方式一律遮盖")] = None
    actor: Annotated[
        str | None, Field(max_length=100, description="谁在查看：统一社会信用代码、牵引单位或服务商编号")
    ] = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.role is None) != (self.actor is None):
            raise ValueError("role 和 actor 要一起写")
        return self

    @property
    def asker(self) -> Asker | None:
        """Who asks, None for nobody in particular."""
        return None if self.role is None or self.actor is None else Asker(self.role, self.actor)


class PrintedFileQuery(FileQuery):
    """Of when, for whom, and in which form a case file is."""

    format: Annotated[FileFormat | None, Field(description="网页、PDF、Excel 或 Word；不写时按 Accept")] = (
        None
    )


class CourseQuery(PageQuery):
    """What of the worklist to answer."""

    stage: Annotated[str | None, Field(description="阶段代码，如 filing")] = None
    district: Annotated[DistrictCode | None, Field(description="只看一个区")] = None
    sub_industry: Annotated[SubIndustry | None, Field(description="只看一个细分行业")] = None
    partner: Annotated[str | None, Field(max_length=100, description="签约的牵引单位或服务商编号")] = None
    overdue: Annotated[bool | None, Field(description="只看逾期的，或只看未逾期的")] = None
    closed: Annotated[bool | None, Field(description="只看已办结或退出的，或只看进行中的")] = None
    as_of: Annotated[str | None, Field(max_length=40, description="截至哪天（含）；默认现在")] = None

    @property
    def wanted(self) -> WorkFilter:
        """The conditions as the engine takes them."""
        return WorkFilter.model_validate(self.model_dump(include=set(WorkFilter.model_fields)))


class CourseList(Listing[WorkEntry]):
    """One page of the worklist; ``counts`` are of all that the conditions take."""

    counts: tuple[StageCount, ...]
