"""The application class and its OpenAPI document: every route declares the problems it can answer with."""

import re
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import compile_path

from api.errors import UnsupportedMediaType
from api.json_body import MalformedJson, UnusableValue
from api.problems import MEDIA_TYPE, FieldProblem, Problem
from recommender.domain import Event
from recommender.errors import InvalidInput, MalformedRequest, SmematchError, TooLarge, Unavailable
from recommender.store.failures import IdempotencyKeyReused, RequestInProgress
from recommender.store.repositories.idempotency import InvalidIdempotencyKey

Responses = dict[int | str, dict[str, Any]]

#: Models that routes name in their schema without taking them as a typed body.
_NAMED: tuple[type[BaseModel], ...] = (Problem, FieldProblem, Event)
#: What an ``Idempotency-Key`` can add to the failures of a route.
KEY_PROBLEMS = (InvalidIdempotencyKey, IdempotencyKeyReused, RequestInProgress)
_REF = {"$ref": "#/components/schemas/Problem"}


def problems(*errors: type[SmematchError]) -> Responses:
    """Return the ``responses`` of a route that can fail like this, or as any route can.

    Parameters
    ----------
    *errors : type of SmematchError
        Expected failures; those of one status share an entry, their codes are listed in it.
    """
    kinds: tuple[type[SmematchError], ...] = (*errors, MalformedRequest, TooLarge, SmematchError, Unavailable)
    by_status: dict[int, list[type[SmematchError]]] = {}
    for error in dict.fromkeys(kinds):
        by_status.setdefault(error.status, []).append(error)
    return {status: _response(status, alike) for status, alike in sorted(by_status.items())}


def body_problems(*errors: type[SmematchError]) -> Responses:
    """Return the ``responses`` of a route that reads a JSON body."""
    return problems(MalformedJson, UnsupportedMediaType, InvalidInput, UnusableValue, *errors)


def post_problems(*errors: type[SmematchError]) -> Responses:
    """Return the ``responses`` of a POST route with a JSON body and ``Idempotency-Key``."""
    return body_problems(*KEY_PROBLEMS, *errors)


def _response(status: int, kinds: list[type[SmematchError]]) -> dict[str, Any]:
    content = {"schema": _REF, "examples": {kind.code: {"value": _example(kind)} for kind in kinds}}
    answer: dict[str, Any] = {
        "description": "；".join(f"{kind.title}（{kind.code}）" for kind in kinds),
        "content": {MEDIA_TYPE: content},
    }
    if status == 503:
        answer["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    return answer


def _example(kind: type[SmematchError]) -> dict[str, Any]:
    return {
        "type": f"urn:smematch:problem:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.title,
        "instance": "/v1/…",
        "code": kind.code,
        "request_id": "0197f0a0-0000-7000-8000-000000000000",
    }


class Application(FastAPI):
    """FastAPI with an OpenAPI document that names our problem schema."""

    def openapi(self) -> dict[str, Any]:
        """Return the document, made once."""
        if self.openapi_schema is None:
            document = get_openapi(
                title=self.title, version=self.version, description=self.description, routes=self.routes
            )
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name, schema in _named_schemas().items():
                schemas.setdefault(name, schema)
            self.openapi_schema = document
        return self.openapi_schema

    def methods_at(self, path: str) -> tuple[str, list[str]] | None:
        """Return the template and the methods of a path, None if no route has it.

        Routing stops at the first route of a path; the header ``Allow`` has to name the methods of all.
        """
        for pattern, template, methods in self._paths:
            if pattern.match(path):
                return template, methods
        return None

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], str, list[str]]]:
        return [
            (compile_path(template)[0], template, sorted(method.upper() for method in operations))
            for template, operations in self.openapi()["paths"].items()
        ]


def _named_schemas() -> dict[str, Any]:
    _, schemas = models_json_schema(
        [(model, "validation") for model in _NAMED], ref_template="#/components/schemas/{model}"
    )
    named: dict[str, Any] = schemas["$defs"]
    return named
