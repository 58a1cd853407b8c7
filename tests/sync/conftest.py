"""The desk of the use cases' tests, over a store of its own."""

from tests.services.conftest import desk, folder, template

__all__ = ["desk", "folder", "template"]
