"""The course: case files, the worklist, moves."""
