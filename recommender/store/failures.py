"""Failures of the store: database errors turned into the error tree, and the store's own conflicts."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from recommender.errors import Conflict, InvalidInput, NotSetUp, SmematchError, Unavailable


class UnknownEnterprise(InvalidInput):
    """A record names a credit code that no enterprise record has."""

    code = "unknown_enterprise"
    title = "企业不存在"


class UnknownFilter(InvalidInput):
    """A listing was asked to filter by something that is not kept as a column."""

    code = "unknown_filter"
    title = "不支持的筛选条件"


class DiagnosisOfAnotherEnterprise(Conflict):
    """The diagnosis id is taken by another enterprise; a diagnosis never changes hands."""

    code = "diagnosis_of_another_enterprise"
    title = "诊断编号已属于其他企业"


class AuditStateDecided(Conflict):
    """A load would change the audit state of a product that the pool has decided on."""

    code = "audit_state_decided"
    title = "审核状态由产品池决定"


class OfficeDecided(Conflict):
    """A load would change where a lead unit holds office, which selections have decided."""

    code = "lead_unit_office_decided"
    title = "细分行业和任期由遴选决定"


class SuspensionDecided(Conflict):
    """A load would change whether a lead unit is suspended, which dynamic adjustment has decided."""

    code = "lead_unit_suspension_decided"
    title = "暂停由动态调整决定"


class RecommendationExists(Conflict):
    """A served list with this id is stored already; served lists are never rewritten."""

    code = "recommendation_exists"
    title = "推荐编号已存在"


class IdempotencyKeyReused(Conflict):
    """The same ``Idempotency-Key`` came with another request."""

    code = "idempotency_key_reused"
    title = "幂等键已用于其他请求"


class RequestInProgress(Conflict):
    """The same request is being worked on, or was taken over by a later try."""

    code = "request_in_progress"
    title = "相同请求正在处理"


# Primary result codes, https://www.sqlite.org/rescode.html
_SQLITE: Mapping[int, str] = MappingProxyType(
    {
        sqlite3.SQLITE_PERM: "没有读写数据库文件的权限",
        sqlite3.SQLITE_BUSY: "数据库正忙，请稍后重试",
        sqlite3.SQLITE_LOCKED: "数据库正忙，请稍后重试",
        sqlite3.SQLITE_NOMEM: "内存不足，数据库无法继续",
        sqlite3.SQLITE_READONLY: "数据库为只读或已被移走，无法写入",
        sqlite3.SQLITE_IOERR: "读写数据库文件时磁盘出错",
        sqlite3.SQLITE_CORRUPT: "数据库文件已损坏，请用备份恢复",
        sqlite3.SQLITE_FULL: "磁盘空间已满，无法写入数据库",
        sqlite3.SQLITE_CANTOPEN: "打不开数据库文件，请检查路径和权限",
        sqlite3.SQLITE_NOTADB: "数据库文件不是有效的 SQLite 数据库",
    }
)

# SQLSTATE classes, https://www.postgresql.org/docs/15/errcodes-appendix.html
_POSTGRESQL: Mapping[str, str] = MappingProxyType(
    {
        "08": "与数据库的连接中断，请稍后重试",
        "25": "数据库为只读，无法写入",
        "28": "数据库拒绝了登录，请检查用户名和密码",
        "3D": "数据库不存在，请先建立数据库",
        "40": "多个写入相互冲突，请稍后重试",
        "53": "数据库资源不足（磁盘、内存或连接数），请稍后重试",
        "55": "数据库正忙，请稍后重试",
        "57": "数据库正在关闭或中止了操作，请稍后重试",
        "58": "数据库所在系统出错",
    }
)


def translate(error: BaseException, *, disconnected: bool = False) -> SmematchError | None:
    """Return the error a user should see for a driver's exception.

    Parameters
    ----------
    error : BaseException
        As raised by the DBAPI driver.
    disconnected : bool
        Whether the dialect recognised a lost connection.

    Returns
    -------
    SmematchError or None
        None for a mistake of ours (syntax, constraint), which must stay loud.
    """
    if isinstance(error, sqlite3.Error):
        return _translate_sqlite(error)
    state = getattr(error, "sqlstate", None)
    if state == "42P01":
        return NotSetUp("数据库中还没有数据表，请先运行 smematch init")
    if state is not None and state[:2] in _POSTGRESQL:
        return Unavailable(_POSTGRESQL[state[:2]])
    if disconnected or (state is None and type(error).__name__ == "OperationalError"):
        return Unavailable("连不上数据库，请稍后重试")
    return None


def _translate_sqlite(error: sqlite3.Error) -> SmematchError | None:
    # Extended codes keep the primary code in their low byte.
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in _SQLITE:
        return Unavailable(_SQLITE[primary])
    if str(error).startswith("no such table"):
        return NotSetUp("数据库中还没有数据表，请先运行 smematch init")
    return None


def install(engine: Engine) -> None:
    """Make every statement, connect and commit of ``engine`` raise translated errors."""

    @event.listens_for(engine, "handle_error")
    def _handle(context: ExceptionContext) -> None:
        known = translate(context.original_exception, disconnected=context.is_disconnect)
        if known is not None:
            raise known from context.original_exception
