"""Files of records: csv, xlsx and jsonl."""
