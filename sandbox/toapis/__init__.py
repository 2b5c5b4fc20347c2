"""Stand-in for the ToAPIs Seedance video API: both dialects over real HTTP, real media, and real footage.

`server` answers; `provider` is what a test or the demo does to it; `tasks` is a task's life; `footage` makes the clips.
Media are read by `media_fields`, received by `reception` and judged by `judging`; `uploads` keeps files, `assets` and
`verification` what the provider's "avatar" APIs know, which `asset_api` answers and `person_pages` shows.
"""

from sandbox.toapis.server import ProviderStandIn
from sandbox.toapis.settings import ProviderSettings

__all__ = ["ProviderSettings", "ProviderStandIn"]
