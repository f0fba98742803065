"""The uploaded file of an import: a multipart form with one file, or the raw content."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile

from api.downloads import XLSX
from api.errors import MalformedForm, UnsupportedMediaType
from recommender.exchange import faults

_FORM = "multipart/form-data"
_JSONL = {"application/jsonl", "application/x-ndjson", "application/ndjson", "application/json"}
#: Content types of raw bodies and the ending that stands for each where no file name is given.
_ENDINGS = {
    "text/csv": ".csv",
    "application/octet-stream": "",
    XLSX: ".xlsx",
    **dict.fromkeys(_JSONL, ".jsonl"),
}
_BINARY = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}

#: What a file that cannot be read is refused for.
READING_FAULTS = (
    faults.UnreadableEncoding,
    faults.UnreadableTable,
    faults.UnreadableWorkbook,
    faults.UnknownFormat,
    faults.EmptyFile,
    faults.MissingColumns,
    faults.DuplicateColumns,
)

#: What the OpenAPI document says of the body.
REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "contentMediaType": "application/octet-stream"}
                    },
                }
            },
            **dict.fromkeys(_ENDINGS, _BINARY),
        },
    }
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came.

    Attributes
    ----------
    name : str
        File name, or one made from the content type.
    """

    name: str
    content: bytes


async def _uploaded(
    request: Request,
    filename: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=r"^[^/\\\x00-\x1f]+$",
            description="直接上传文件内容时的文件名，用来判断格式",
        ),
    ] = None,
) -> Upload:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _FORM:
        return await _from_form(request)
    if kind not in _ENDINGS:
        known = "、".join((_FORM, *_ENDINGS))
        raise UnsupportedMediaType(f"导入的内容类型应为其中之一：{known}")
    return Upload(filename or f"upload{_ENDINGS[kind]}", await request.body())


async def _from_form(request: Request) -> Upload:
    async with request.form(max_files=1, max_fields=10) as form:
        files = [part for part in form.values() if isinstance(part, UploadFile)]
        if len(files) != 1:
            raise MalformedForm("表单中应恰好有一个文件，字段名为 file")
        return Upload(files[0].filename or "upload", await files[0].read())


#: Parameter type of import routes.
Uploaded = Annotated[Upload, Depends(_uploaded)]
