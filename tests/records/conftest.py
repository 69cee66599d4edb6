"""A filled database for the tests of this room."""

from tests.kit.filled import filled, filled_template

__all__ = ["filled", "filled_template"]
