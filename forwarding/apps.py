from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForwardingConfig(AppConfig):
    name = "forwarding"
    verbose_name = _("Forwarding and answers")

    def ready(self) -> None:
        from forwarding import outbox, person_holding, sample_holding, watch
        from forwarding.models import IncomingMail
        from forwarding.office import holding, notices, within_holding
        from notifications.notices import register_notice
        from reports.journal import track

        outbox.connect()
        person_holding.register()
        sample_holding.register()
        holding.register()
        register_notice(watch.TEMPLATE, watch.compose_trouble)
        within_holding.register()
        notices.connect()
        # What became of a mail; never its words, and a mail that comes in meanwhile is nobody's act.
        track(IncomingMail, "assignment__report", only=("state", "handled_by_id", "handled_at"))
