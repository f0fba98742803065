"""Versions on disk: one folder each, verified byte for byte whenever it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from recommender.ranking.model_files import MODEL, UnusableModel, read_card, read_metrics, read_model
from recommender.ranking.ranking_model import RankingModel
from recommender.registry.durable import write_folder
from recommender.registry.errors import DamagedModel, ModelExists, UnknownModel
from recommender.registry.manifest import VERSION_PATTERN, Manifest
from recommender.registry.sealed import Broken, seal, sha256, unseal

MANIFEST = "manifest.json"
_INDENT = 1
_LARGEST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One version, verified.

    Attributes
    ----------
    metrics : dict
        Figures of its training or evaluation, as they were registered.
    card : str
        What a person should know of it, Markdown in Chinese.
    """

    manifest: Manifest
    model: RankingModel
    metrics: dict[str, Any]
    card: str


def check_version(version: str) -> None:
    """Refuse a version that cannot be the name of a folder and a part of an address.

    Raises
    ------
    UnusableModel
    """
    if not re.fullmatch(VERSION_PATTERN, version):
        raise UnusableModel(
            f"模型版本“{version[:100]}”不能用作名称：只能由字母、数字和 . _ + - 组成，"
            "以字母或数字开头，长度1–100",
            place={"field": "version"},
        )


class ModelStorage:
    """Folder of versions."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, version: str) -> Path:
        """Return the folder of a version.

        Raises
        ------
        UnknownModel
            For a name that no version can have, so that no path leaves the folder.
        """
        if not re.fullmatch(VERSION_PATTERN, version):
            raise UnknownModel(f"没有版本为 {version[:100]} 的模型", place={"field": "version"})
        return self._folder / version

    def versions(self) -> list[str]:
        """Return the names of all versions, damaged ones included."""
        if not self._folder.is_dir():
            return []
        return sorted(
            path.name
            for path in self._folder.iterdir()
            if path.is_dir() and re.fullmatch(VERSION_PATTERN, path.name)
        )

    def write(self, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        """Write a version; a crash leaves all of it or nothing.

        Raises
        ------
        ModelExists
            If the version is there already.
        """
        target = self.path_of(manifest.version)
        self._folder.mkdir(parents=True, exist_ok=True)
        sealed = seal(manifest.model_dump(mode="json"), indent=_INDENT)
        try:
            write_folder(target, {**files, MANIFEST: sealed})
        except FileExistsError as error:
            raise ModelExists(
                f"已有版本 {manifest.version}，登记过的版本不能改写，请换一个版本名",
                place={"field": "version"},
            ) from error

    def manifest(self, version: str) -> Manifest:
        """Return the manifest of a version after verifying every byte of its folder.

        Raises
        ------
        UnknownModel, DamagedModel
        """
        folder = self.path_of(version)
        if not folder.is_dir():
            raise UnknownModel(f"没有版本为 {version} 的模型", place={"field": "version"})
        try:
            manifest = Manifest.model_validate(unseal(_content(folder / MANIFEST), indent=_INDENT))
        except (OSError, Broken, ValidationError) as error:
            raise _damaged(version, MANIFEST) from error
        if manifest.version != version:
            raise _damaged(version, MANIFEST)
        _verify(folder, manifest)
        return manifest

    def read(self, version: str) -> StoredModel:
        """Read a version; every byte is verified.

        Raises
        ------
        UnknownModel, DamagedModel
        recommender.ranking.model_files.OtherFeatures
            If the program computes its features otherwise by now.
        """
        manifest = self.manifest(version)
        folder = self.path_of(version)
        try:
            model = read_model(folder)
            found = StoredModel(manifest, model, read_metrics(folder), read_card(folder))
        except UnusableModel as error:
            raise _damaged(version, MODEL) from error
        if model.version != version:
            raise _damaged(version, MODEL)
        return found

    def signature(self, version: str) -> tuple[object, ...]:
        """Return what changes when somebody touches the files of a version; empty when there is none."""
        try:
            found = sorted(self.path_of(version).iterdir())
            stats = [(path.name, path.lstat()) for path in found]
        except (OSError, UnknownModel):
            return ()
        return tuple((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in stats)


def _verify(folder: Path, manifest: Manifest) -> None:
    present = {path.name for path in folder.iterdir()}
    if strange := present ^ {*manifest.files, MANIFEST}:
        raise _damaged(manifest.version, min(strange))
    for name, expected in manifest.files.items():
        try:
            found = sha256(_content(folder / name))
        except OSError as error:
            raise _damaged(manifest.version, name) from error
        if found != expected:
            raise _damaged(manifest.version, name)


def _content(path: Path) -> bytes:
    if path.is_symlink() or path.stat().st_size > _LARGEST_BYTES:
        raise OSError(f"{path} is no regular file of a model")
    return path.read_bytes()


def _damaged(version: str, name: str) -> DamagedModel:
    return DamagedModel(
        f"模型 {version} 的 {name} 与登记时不一致（损坏或被改动），不能使用；请从备份恢复，或换版本重新登记",
        place={"file": name},
    )
