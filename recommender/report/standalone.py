"""Pages that stand alone: one HTML file with its own style, nothing from elsewhere, everything escaped."""

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class StandalonePage:
    """A page of a room.

    Attributes
    ----------
    package : str
        Package whose folder ``templates`` holds both files.
    template, style : str
        File names.
    """

    package: str
    template: str
    style: str

    def render(self, **values: Any) -> str:  # noqa: ANN401 - whatever the template names
        """Return the page; send it with :meth:`policy`."""
        # Our own file, and escaping it would change the hash.
        style = Markup(_source(self.package, self.style))
        return _environment(self.package).get_template(self.template).render(style=style, **values)

    def policy(self) -> str:
        """Return the ``Content-Security-Policy``: the page's own style by hash, and nothing else."""
        digest = hashlib.sha256(_source(self.package, self.style).encode()).digest()
        allowed = base64.b64encode(digest).decode()
        return f"default-src 'none'; style-src 'sha256-{allowed}'; frame-ancestors 'none'; base-uri 'none'"


@lru_cache
def _environment(package: str) -> Environment:
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache
def _source(package: str, name: str) -> str:
    environment = _environment(package)
    if environment.loader is None:
        raise RuntimeError("the environment was made with a loader")
    return environment.loader.get_source(environment, name)[0]
