"""The installation behind a request."""

from typing import Annotated

from fastapi import Depends, Request

from recommender.installation import Installation


async def installed(request: Request) -> Installation:
    """Return the installation that the application was started with."""
    installation: Installation = request.app.state.installation
    return installation


#: Parameter type of routes that use the engine.
Installed = Annotated[Installation, Depends(installed)]
