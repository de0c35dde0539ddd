"""Gunicorn's log of requests, without what opens a report."""

from typing import Any

from gunicorn.glogging import Logger

from jarokelo.logs import hide_tokens


class AccessLog(Logger):
    def atoms(self, *args: Any) -> dict[str, Any]:
        """The parts of a line; request line, path and referrer may each hold a signed address."""
        parts = super().atoms(*args)
        return {name: hide_tokens(part) if isinstance(part, str) else part for name, part in parts.items()}
