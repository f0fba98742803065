"""Snapshots on disk: one folder each, and a pointer that is replaced in one step."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from recommender.diagnosis.instrument import Instrument
from recommender.domain import Diagnosis, Enterprise, LeadUnit, Notice, Solution
from recommender.encoder.encoder import Encoder
from recommender.errors import NotSetUp
from recommender.index.catalogue import Catalogue
from recommender.index.lexical import LexicalIndex
from recommender.index.snapshot import IndexConfig, Snapshot, assemble, score_diagnoses, version_of
from recommender.text.passages import Passage, Side

_POINTER = "CURRENT"
_SENTENCES = "sentence_vectors.npy"
_FORMAT = 3


class SnapshotStorage:
    """Folder of snapshots.

    Parameters
    ----------
    folder : Path
        Created when first written to.
    keep : int
        Snapshots kept beside the current one, for readers that still hold them.
    """

    def __init__(self, folder: Path, keep: int = 2) -> None:
        self.folder = folder
        self.keep = keep

    def current_version(self) -> str | None:
        """Version that the pointer names, None before the first snapshot."""
        try:
            return (self.folder / _POINTER).read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def save(self, snapshot: Snapshot) -> None:
        """Write a snapshot beside the others, then point to it; a crash leaves the old one current."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / snapshot.version
        if not target.exists():
            scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=self.folder))
            try:
                _write(snapshot, scratch)
                scratch.rename(target)
            except OSError:
                shutil.rmtree(scratch, ignore_errors=True)
                # Another process may have finished the same version first; that one is as good.
                if not target.exists():
                    raise
        pointer = self.folder / f"{_POINTER}.{os.getpid()}"
        pointer.write_text(snapshot.version, encoding="utf-8")
        pointer.replace(self.folder / _POINTER)
        self._drop_old(snapshot.version)

    def _drop_old(self, current: str) -> None:
        folders = [path for path in self.folder.glob("idx-*") if path.is_dir() and path.name != current]
        folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in folders[self.keep :]:
            shutil.rmtree(path, ignore_errors=True)

    def load(self, encoder: Encoder, instrument: Instrument) -> Snapshot | None:
        """Read the current snapshot; None when there is none or it belongs to another encoder or format.

        Raises
        ------
        NotSetUp
            If the files are damaged.
        """
        version = self.current_version()
        if version is None:
            return None
        try:
            return _read(self.folder / version, encoder, instrument)
        except (OSError, ValueError, KeyError) as error:
            raise NotSetUp(f"索引 {version} 无法读取，请运行 smematch init 重建：{error}") from error


def _write(snapshot: Snapshot, folder: Path) -> None:
    manifest = {
        "format": _FORMAT,
        "version": snapshot.version,
        "catalogue_version": snapshot.catalogue.version,
        "encoder_fingerprint": snapshot.encoder_fingerprint,
        "config": snapshot.config.model_dump(mode="json"),
    }
    np.save(folder / "vectors.npy", snapshot.vectors)
    _write_lines(folder / "passages.jsonl", snapshot.passages)
    _write_lines(folder / "solutions.jsonl", snapshot.catalogue.solutions.values())
    _write_lines(folder / "enterprises.jsonl", snapshot.catalogue.enterprises.values())
    _write_lines(folder / "diagnoses.jsonl", snapshot.catalogue.diagnoses.values())
    _write_lines(folder / "lead_units.jsonl", snapshot.catalogue.lead_units.values())
    _write_lines(folder / "notices.jsonl", snapshot.catalogue.notices.values())
    for side, index in snapshot.sides.items():
        (folder / side).mkdir()
        if index.sentences is not None:
            np.save(folder / side / _SENTENCES, index.sentences.vectors)
        index.lexical.save(folder / side)
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def _write_lines(path: Path, records: object) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{record.model_dump_json()}\n" for record in records)  # type: ignore[attr-defined]


def _read(folder: Path, encoder: Encoder, instrument: Instrument) -> Snapshot | None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    expected = encoder.fingerprint if encoder.available else ""
    if manifest["format"] != _FORMAT or manifest["encoder_fingerprint"] != expected:
        return None
    lines = {
        name: (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for name in ("passages", "solutions", "enterprises", "diagnoses", "lead_units", "notices")
    }
    solutions = [Solution.model_validate_json(line) for line in lines["solutions"]]
    enterprises = [Enterprise.model_validate_json(line) for line in lines["enterprises"]]
    diagnoses = [Diagnosis.model_validate_json(line) for line in lines["diagnoses"]]
    units = [LeadUnit.model_validate_json(line) for line in lines["lead_units"]]
    notices = [Notice.model_validate_json(line) for line in lines["notices"]]
    catalogue = Catalogue(
        version=manifest["catalogue_version"],
        solutions={record.id: record for record in solutions},
        lead_units={record.id: record for record in units},
        enterprises={record.uscc: record for record in enterprises},
        diagnoses={record.uscc: record for record in diagnoses},
        notices={record.id: record for record in notices},
    )
    config = IndexConfig.model_validate(manifest["config"])
    if version_of(catalogue, encoder, config) != manifest["version"]:
        return None
    passages = tuple(Passage.model_validate_json(line) for line in lines["passages"])
    vectors = np.load(folder / "vectors.npy", allow_pickle=False)
    sentences = folder / Side.SOLUTION / _SENTENCES
    sentence_vectors = (
        np.load(sentences, allow_pickle=False) if encoder.available and passages else vectors[:0]
    )
    lexical = {side: LexicalIndex.load(folder / side, config.lexical) for side in Side}
    results = score_diagnoses(catalogue, instrument)
    return assemble(catalogue, config, encoder, passages, vectors, sentence_vectors, results, lexical)
