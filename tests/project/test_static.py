"""The files as a browser gets them in production: each under a name that holds its content's hash."""

import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.management import call_command

OURS = ("accounts", "jarokelo", "moderation", "notifications", "reports")
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([./][^"']+)["']""")


def test_modules_import_each_other_by_hash(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "jarokelo.staticfiles.HashedFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0)

    modules = [path for app in OURS for path in (settings.STATIC_ROOT / app).rglob("*.js") if HASHED.search(path.name)]
    names = {path: IMPORTED.findall(path.read_text()) for path in modules}
    plain = {path.name: bad for path, found in names.items() if (bad := [n for n in found if not HASHED.search(n)])}

    assert HashedFilesMixin.support_js_module_import_aggregation is False  # else ours is one setting too many
    assert sum(map(len, names.values())) > 20
    assert plain == {}
    missing = [name for path, found in names.items() for name in found if not (path.parent / name).exists()]
    assert missing == []
