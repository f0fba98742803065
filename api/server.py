"""Running the application under uvicorn."""

import copy
import ipaddress
import os
import socket
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import LOGGING_CONFIG
from uvicorn.supervisors import Multiprocess

from api.app import create_app
from api.errors import AddressInUse, UnsafeBind
from api.system.first_request import ready_request
from recommender.domain.calendar import SHANGHAI
from recommender.domain.viewer import Role
from recommender.installation import Installation, open_installation
from recommender.settings import Settings

TRUST_NETWORK = "SMEMATCH_TRUST_NETWORK"
_FIRST_LOGIN = "admin"
#: How long requests under way may take to end after a signal to stop, in seconds.
GRACE_SECONDS = 30
#: How long a worker may be silent before it is taken for hung and replaced.
HUNG_SECONDS = 60


def serve(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    *,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve until a signal to stop (SIGINT, SIGTERM); requests under way are answered first.

    Parameters
    ----------
    port : int
        0 takes any free one.
    workers : int
        Processes; each holds its own index and answers ``/metrics`` for itself.
    announce : callable
        Told the address and one request to start with.

    Raises
    ------
    UnsafeBind
        If other machines could reach ``host`` and ``SMEMATCH_TRUST_NETWORK`` is not 1.
    AddressInUse
        If the address cannot be taken.
    recommender.errors.SmematchError
        If the installation cannot be opened.
    """
    refuse_unsafe(host, os.environ, settings.sign_in)
    if workers > 1:
        _serve_many(settings, host, port, workers, announce)
    else:
        _serve_one(settings, host, port, announce)


def refuse_unsafe(host: str, environment: Mapping[str, str], sign_in: str = "none") -> None:
    """Refuse an address that other machines can reach, unless people sign in or the network is vouched for.

    Raises
    ------
    UnsafeBind
        Without sign-in anyone who reaches the address can read and change everything.
    """
    if is_loopback(host) or sign_in == "required" or environment.get(TRUST_NETWORK) == "1":
        return
    raise UnsafeBind(
        f"没有启用登录，监听 {host} 会让其他机器也能读写全部数据。请设置 SMEMATCH_SIGN_IN=required 启用登录，"
        f"或改用 127.0.0.1；确认网络可信时，设置环境变量 {TRUST_NETWORK}=1 后再启动",
        place={"field": "host"},
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host; a name other than localhost counts as reachable."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_app() -> FastAPI:
    """Return the application of a worker process; its settings are in the environment."""
    return create_app(Settings())


def _serve_one(settings: Settings, host: str, port: int, announce: Callable[[str], None]) -> None:
    # Opened here, so that what is missing is told as an error and not as a server that will not start.
    installation = open_installation(settings)
    try:
        with _bind(host, port) as bound:
            _announce(bound, host, announce)
            _first_administrator(installation, bound, announce)
            config = _config(create_app(installation=installation))
            uvicorn.Server(config).run(sockets=[bound])
    except KeyboardInterrupt:
        # uvicorn has ended its requests by now and passes Ctrl-C on; stopping as asked is no failure.
        return
    finally:
        installation.close()


def _serve_many(
    settings: Settings, host: str, port: int, workers: int, announce: Callable[[str], None]
) -> None:
    installation = open_installation(settings)
    os.environ.update(as_environment(settings))
    with _bind(host, port) as bound:
        _announce(bound, host, announce)
        _first_administrator(installation, bound, announce)
        installation.close()
        config = _config("api.server:make_app", factory=True, workers=workers)
        Multiprocess(config, sockets=[bound]).run()


def as_environment(settings: Settings) -> dict[str, str]:
    """Return the environment from which :class:`Settings` reads the same settings again."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return {f"SMEMATCH_{name.upper()}": str(value) for name, value in values.items()}


def _config(app: FastAPI | str, *, factory: bool = False, workers: int | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        workers=workers,
        # uvicorn would log whole paths, and those hold credit codes; the envelope logs templates.
        access_log=False,
        log_config=_logging(),
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        # A worker that computes for seconds on a busy machine is not hung; killing it drops its requests.
        timeout_worker_healthcheck=HUNG_SECONDS,
    )


def _logging() -> dict[str, Any]:
    config = copy.deepcopy(LOGGING_CONFIG)
    config["formatters"]["plain"] = {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    config["handlers"]["plain"] = {**config["handlers"]["default"], "formatter": "plain"}
    ours = {"handlers": ["plain"], "level": "INFO", "propagate": False}
    config["loggers"] |= {"smematch": ours, "recommender": ours}
    return config


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        # Listening before the address is announced: an early request waits in the queue, it is not refused.
        bound.listen(2048)
    except (OSError, OverflowError) as error:
        bound.close()
        raise AddressInUse(
            f"无法监听 {host} 的 {port} 端口（{error}），请换一个端口", place={"field": "port"}
        ) from error
    bound.set_inheritable(True)
    return bound


def _first_administrator(
    installation: Installation, bound: socket.socket, announce: Callable[[str], None]
) -> None:
    """Where people sign in and there is no account yet, make one and tell the code that sets its password."""
    if installation.settings.sign_in == "none" or installation.identity.any_account():
        return
    made = installation.identity.create(_FIRST_LOGIN, Role.ADMIN, "管理员")
    address = f"http://127.0.0.1:{bound.getsockname()[1]}/set-password?code={made.code}"
    until = f"{made.expires_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    announce(
        f"已建立管理员账号 {_FIRST_LOGIN}，请在 {until} 前打开下面的地址设置密码，只能用一次：\n{address}"
    )


def _announce(bound: socket.socket, host: str, announce: Callable[[str], None]) -> None:
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{bound.getsockname()[1]}"
    announce(f"服务地址：{address}")
    announce(f"试一次：\n{ready_request(address)}")
