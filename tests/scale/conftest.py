"""What runs of many processes take from runs with faults."""

from tests.faults.conftest import long, seed

__all__ = ["long", "seed"]
