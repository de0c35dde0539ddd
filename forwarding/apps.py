from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForwardingConfig(AppConfig):
    name = "forwarding"
    verbose_name = _("Forwarding and answers")

    def ready(self) -> None:
        from forwarding import outbox, person_holding, sample_holding

        outbox.connect()
        person_holding.register()
        sample_holding.register()
