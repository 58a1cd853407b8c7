"""The store of the tests of use cases."""

from tests.services.conftest import folder, template

__all__ = ["folder", "template"]
