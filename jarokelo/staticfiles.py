"""Files with their content's hash in the name, which browsers may keep for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Modules that other modules import are named by their hash, too: no browser mixes two versions of our scripts."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 10  # one for each step of the longest chain of imports
