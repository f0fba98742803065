"""The installation that a command works on."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError

from cli.progress import progress
from recommender.domain.validation_text import explain
from recommender.errors import InvalidInput, MalformedRequest
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.installation import Installation


class InvalidSetting(InvalidInput):
    """An environment variable, or a line of ``.env``, that cannot be used."""

    code = "invalid_setting"
    title = "设置有误"


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    InvalidSetting
        Naming the variable.
    MalformedRequest
        If ``.env`` is not UTF-8.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = explain(error)[0]
        variable = f"SMEMATCH_{first.field.upper()}"
        raise InvalidSetting(f"环境变量 {variable}：{first.message}", place={"setting": variable}) from error
    except UnicodeDecodeError as error:
        raise MalformedRequest(".env 文件不是 UTF-8 编码，请另存为 UTF-8", place={"file": ".env"}) from error


def current_user() -> str:
    """Return the name of who runs the command, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "命令行"


@contextmanager
def installation(*, current: bool = True) -> Iterator["Installation"]:
    """Open the installation for one command.

    Parameters
    ----------
    current : bool
        Bring the index up to the store first, so that a command sees what the one before it stored.

    Raises
    ------
    recommender.errors.NotSetUp
        Before ``smematch init``.
    """
    from recommender.installation import open_installation

    here = open_installation(read_settings())
    try:
        if current:
            with progress() as reporter:
                here.keeper.refresh(progress=reporter.stage)
        yield here
    finally:
        here.close()
