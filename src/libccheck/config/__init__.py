"""What a project's own file says of its checks: the file's table to values, and what is wrong with it.

`libccheck.project` finds and reads the file; here nothing is read.
"""

from __future__ import annotations

from libccheck.config.readers import ConfigError
from libccheck.config.tables import config_of
from libccheck.config.values import Built, Config, Ignore, Settings

__all__ = ["Built", "Config", "ConfigError", "Ignore", "Settings", "config_of"]
