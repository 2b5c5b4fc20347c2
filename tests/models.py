"""What the models accept that members are offered."""

from bot.domain.models import Capability, Dialect, Model
from bot.toapis.model_table import catalogue

WIDEST = catalogue(Dialect.VIDEOS).widest
CAPABILITIES = {dialect: catalogue(dialect).capabilities for dialect in Dialect}


def capability_of(model: Model, dialect: Dialect = Dialect.VIDEO) -> Capability:
    """Raise KeyError where the dialect does not offer it."""
    return CAPABILITIES[dialect][model]
