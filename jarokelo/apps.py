from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JarokeloConfig(AppConfig):
    name = "jarokelo"
    verbose_name = _("Járókelő")

    def ready(self) -> None:
        from jarokelo import checks  # noqa: F401 (registers them)
