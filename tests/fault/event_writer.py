"""Append events until killed, printing each id once the log has answered ``inserted``.

Usage: event_writer.py DATABASE_URL PREFIX
"""

import sys

from recommender.feedback.event_log import EventLog
from recommender.store import Store
from tests.synthetic_records import event_body


def main() -> None:
    url, prefix = sys.argv[1:]
    store = Store(url)
    log = EventLog(store)
    print("ready", flush=True)
    number = 0
    while True:
        batch = [event_body(0, event_id=f"{prefix}-{number + n}", value=1) for n in range(1 + number % 4)]
        result = log.append(batch)
        if result.inserted != len(batch):
            raise SystemExit(f"not inserted: {result}")
        # One write a batch: a kill in the middle of printing must not look like an answer.
        sys.stdout.write("".join(f"{body['event_id']}\n" for body in batch))
        sys.stdout.flush()
        number += len(batch)


if __name__ == "__main__":
    main()
