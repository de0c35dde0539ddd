from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from reports import draft_holding, handling_holding, person_holding, talk_holding

        person_holding.register()
        draft_holding.register()
        handling_holding.register()
        talk_holding.register()
