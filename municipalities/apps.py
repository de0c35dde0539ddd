from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MunicipalitiesConfig(AppConfig):
    name = "municipalities"
    verbose_name = _("Areas, institutions and responsibilities")

    def ready(self) -> None:
        from municipalities import rule_holding

        rule_holding.register()
