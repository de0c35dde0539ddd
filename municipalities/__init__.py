"""Areas, bodies, categories and who is responsible for what."""

from typing import Any


def __getattr__(name: str) -> Any:
    """`municipalities.suggest_categories` and `municipalities.suggest_institutions`, read when they are first used:
    models cannot be loaded with the package."""
    if name == "suggest_categories":
        from municipalities.categorising import suggest_categories

        return suggest_categories
    if name == "suggest_institutions":
        from municipalities.suggesting import suggest_institutions

        return suggest_institutions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
