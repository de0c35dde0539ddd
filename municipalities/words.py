"""Words as they are compared."""

import re
import unicodedata


def plain(text: str) -> str:
    """Lower case without accents and signs, single blanks: for comparing street names."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c))))
