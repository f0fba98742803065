"""Registers models and promotes them in turn until it is killed; says what it has done."""

from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from recommender.registry.folder import Draft
from tests.unit.registry.making import DATA, model, promote, registry


def promote_forever(folder: Path, prefix: str, done: "Connection[object, object]") -> None:
    """Promote a new version and an old one, again and again."""
    models = registry(folder)
    for number in count():
        version = f"{prefix}-{number}"
        models.add(Draft(model(version)), DATA, by="甲")
        done.send(("added", 0, version))
        for turn in (version, "a"):
            made = promote(models, turn)
            if made.change is not None:
                done.send(("promoted", made.change.sequence, turn))
