from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("The desk")

    def ready(self) -> None:
        from moderation import act_holding

        act_holding.register()
