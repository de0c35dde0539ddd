"""The names of the variables that the settings read from the environment."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read_by_settings() -> set[str]:
    settings, providers = ((ROOT / "jarokelo" / name).read_text() for name in ("settings.py", "providers.py"))
    names = re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', settings + providers)
    # Each provider has the same ones, its name before them.
    sites, ends = re.findall(r'_app\(env, "(\w+)"\)', providers), re.findall(r'f"{name}_([A-Z_]+)"', providers)
    found = {*names, *(f"{site}_{end}" for site in sites for end in ends)}
    assert {"SECRET_KEY", "OPEN311_POLL_SECONDS", "OIDC_NAME", "GOOGLE_CLIENT_SECRET"} <= found
    return found
