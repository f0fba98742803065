"""The store to tell a course to."""

from tests.unit.course.conftest import told

__all__ = ["told"]
