"""Registers models and promotes them in turn until it is killed; says what it has done."""

import sys
from itertools import count
from pathlib import Path

from recommender.registry.folder import Draft
from tests.unit.registry.making import DATA, model, promote, registry


def main(folder: str, prefix: str) -> None:
    """Promote a new version and an old one, again and again."""
    models = registry(Path(folder))
    print("ready", flush=True)
    for number in count():
        version = f"{prefix}-{number}"
        models.add(Draft(model(version)), DATA, by="甲")
        print(f"added {version}", flush=True)
        for turn in (version, "a"):
            made = promote(models, turn)
            if made.change is not None:
                print(f"promoted {made.change.sequence} {turn}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
