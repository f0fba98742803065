"""Failures of the text encoder that a person can mend."""

from recommender.errors import Conflict, NotSetUp, Unavailable


class EncoderSourceMissing(NotSetUp):
    """The package that carries the bundled model's weights is not installed."""

    code = "encoder_source_missing"
    title = "缺少模型来源"


class EncoderCorrupt(NotSetUp):
    """A model file differs from the hash that is recorded for it."""

    code = "encoder_corrupt"
    title = "模型文件损坏"


class EncoderNotFound(NotSetUp):
    """No model of that name or folder is on this machine."""

    code = "encoder_not_found"
    title = "找不到文本编码模型"


class EncoderFolderOccupied(Conflict):
    """The folder to build into holds something the builder did not write."""

    code = "encoder_folder_occupied"
    title = "目标文件夹已被占用"


class EncoderUnavailable(Unavailable):
    """Vectors were asked of an installation that runs without an encoder."""

    code = "dense_unavailable"
    title = "语义检索未启用"
