"""Checks of what ``smematch init`` makes: database, encoder, index, sample."""

from cli.checks.finding import Broken, Noted
from recommender.errors import NotSetUp
from recommender.settings import Settings

_INIT = "运行 smematch init"


def database(settings: Settings) -> str:
    """Check that the database is there with the newest version of its tables."""
    from recommender.store import Store, schema

    store = Store.open(settings)
    try:
        return f"结构版本 {schema.current(store.engine)}，为最新"
    finally:
        store.dispose()


def encoder(settings: Settings) -> str:
    """Check that the encoder is there and, for the bundled one, that every file has its recorded hash."""
    from recommender.installation import make_encoder

    if settings.encoder == "none":
        raise Noted("已设为不使用（SMEMATCH_ENCODER=none），只按关键词匹配")
    if settings.encoder == "default":
        from recommender.encoder.build import is_built
        from recommender.encoder.delta import default_delta_folder

        if not is_built(settings.encoder_folder, default_delta_folder()):
            raise Broken(f"{settings.encoder_folder} 中还没有文本编码模型", _INIT)
        return f"{settings.encoder_folder}，校验值一致"
    chosen = make_encoder(settings)
    return f"{chosen.name}（{chosen.fingerprint[:12]}）"


def index(settings: Settings) -> str:
    """Check that the index is there, fits the encoder and matches the store."""
    from recommender.diagnosis import load_instrument
    from recommender.index.storage import SnapshotStorage
    from recommender.installation import make_encoder
    from recommender.store import Store

    storage = SnapshotStorage(settings.snapshot_folder)
    if storage.current_version() is None:
        raise Broken("还没有索引", _INIT)
    snapshot = storage.load(make_encoder(settings), load_instrument())
    if snapshot is None:
        raise Broken("现有索引与文本编码模型或数据格式不符", "运行 smematch index refresh")
    store = Store.open(settings)
    try:
        with store.read() as unit:
            stored = unit.catalogue.version()
    finally:
        store.dispose()
    if stored != snapshot.catalogue.version:
        raise Broken(f"索引 {snapshot.version} 落后于数据库", "运行 smematch index refresh")
    return f"{snapshot.version}，与数据库一致，共 {len(snapshot.passages)} 段文本"


def model(settings: Settings) -> str:
    """Check that the served ranking model is, byte for byte, what was registered."""
    from recommender.domain.calendar import SHANGHAI
    from recommender.errors import SmematchError
    from recommender.registry.registry import ModelRegistry

    registry = ModelRegistry(settings.models_folder)
    try:
        served = registry.served()
    except SmematchError as error:
        raise Broken(
            error.detail, "运行 smematch models list，再 smematch models rollback --to 版本"
        ) from error
    since = "随软件发布" if served.since is None else f"{served.since.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 起"
    told = f"现用 {served.model.version}（{since}），校验值一致"
    if damaged := [entry.version for entry in registry.entries() if entry.problem]:
        raise Noted(f"{told}；不能使用的版本：{'、'.join(damaged)}", "从备份恢复，或换版本重新登记")
    return told


def sample(settings: Settings) -> str:
    """Tell whether the database holds synthetic records, and whether others."""
    from recommender.store import Store

    try:
        store = Store.open(settings)
    except NotSetUp as error:
        raise Noted("数据库还没有建立") from error
    try:
        with store.read() as unit:
            kinds = (unit.enterprises, unit.solutions, unit.lead_units)
            synthetic = sum(kind.count(synthetic=True) for kind in kinds)
            real = sum(kind.count(synthetic=False) for kind in kinds)
    finally:
        store.dispose()
    if not synthetic:
        raise Noted(f"没有合成样本；其他记录 {real} 条")
    return f"合成样本 {synthetic} 条，其他记录 {real} 条"
