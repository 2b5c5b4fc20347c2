"""Stand-in for the ToAPIs Seedance video API: both dialects over real HTTP, and real footage.

`server` answers; `provider` is what a test or the demo does to it; `tasks` is a task's life; `footage` makes the clips.
"""

from sandbox.toapis.server import ProviderStandIn
from sandbox.toapis.settings import ProviderSettings

__all__ = ["ProviderSettings", "ProviderStandIn"]
