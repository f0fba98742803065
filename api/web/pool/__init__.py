"""The pool for those who review it: what waits, the review sheet, decisions, what becomes of products."""
