"""Rendering of pages: one environment a language, the frame around every page, parts of pages for htmx."""

import gzip
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.web.navigation import navigation
from api.web.preferences import Preferences
from api.web.session import Looking, signs_in
from api.web.static_files import static_files
from api.web.translations import translations
from api.web.wording import FILTERS
from recommender.domain.viewer import Viewer

#: Everything from our own address; no inline style or script anywhere.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: Shorter answers are not worth packing, in bytes.
_PACK_FROM = 1_000


@lru_cache
def environment(language: str) -> Environment:
    """Return the templates in a language."""
    made = Environment(
        loader=PackageLoader("api.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(FILTERS)
    made.globals["static"] = {name: file.address for name, file in static_files().items()}
    return made


class PageWriter:
    """Writes the answer to one request.

    Attributes
    ----------
    viewer : Viewer, optional
    preferences : Preferences
    """

    def __init__(self, request: Request, viewer: Viewer | None) -> None:
        self._request = request
        self.viewer = viewer
        self.preferences = Preferences.of(request)

    def show(
        self, template: str, *, part: str | None = None, status: int = 200, **values: object
    ) -> Response:
        """Return a page.

        Parameters
        ----------
        template : str
            Under ``templates``.
        part : str, optional
            Block that alone is returned when a piece of the page asks for itself anew (``HX-Request``);
            without JavaScript the whole page comes.
        **values
            Whatever the template names.
        """
        found = environment(self.preferences.language).get_template(template)
        context = self._frame() | values
        if part is not None and "hx-request" in self._request.headers:
            text = "".join(found.blocks[part](found.new_context(context)))
        else:
            text = found.render(context)
        return self._packed(text, status)

    def translated(self, message: str) -> str:
        """Return a sentence of ours in the chosen language."""
        return translations(self.preferences.language).gettext(message)

    def _frame(self) -> dict[str, Any]:
        path = self._request.url.path
        query = self._request.url.query
        return {
            "viewer": self.viewer,
            "preferences": self.preferences,
            "signs_in": signs_in(self._request),
            "navigation": navigation(self.viewer, path),
            "here": f"{path}?{query}" if query else path,
            "request_id": str(self._request.scope.get("smematch.request_id", "")),
        }

    def _packed(self, text: str, status: int) -> Response:
        headers = {"Content-Security-Policy": POLICY, "Vary": "Cookie, Accept-Encoding, HX-Request"}
        body = text.encode()
        accepted = self._request.headers.get("accept-encoding", "")
        if len(body) > _PACK_FROM and "gzip" in accepted:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 5)
        return Response(body, status_code=status, media_type="text/html", headers=headers)


def _writer(request: Request, viewer: Looking) -> PageWriter:
    return PageWriter(request, viewer)


#: Parameter type of routes that answer with a page.
Page = Annotated[PageWriter, Depends(_writer)]
