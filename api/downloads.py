"""Files to take away, named in Chinese."""

from urllib.parse import quote

from fastapi import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def attached(name: str) -> dict[str, str]:
    """Return the header by which a browser saves a file under a name."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def download(content: bytes, name: str, media_type: str = XLSX) -> Response:
    """Return a file that the browser saves under a name."""
    return Response(content, media_type=media_type, headers=attached(name))
