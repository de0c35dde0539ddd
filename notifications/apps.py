from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages to people")

    def ready(self) -> None:
        from notifications import alarm, draft_notices, follow_requests, outbox, person_holding, recognition_holding
        from notifications.alerts import holding
        from notifications.notices import register_notice

        outbox.connect()
        follow_requests.connect()
        person_holding.register()
        recognition_holding.register()
        holding.connect()
        register_notice(alarm.TEMPLATE, alarm.compose_alarm)
        register_notice(draft_notices.TEMPLATE, draft_notices.compose_warning)
