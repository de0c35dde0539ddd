from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages to people")

    def ready(self) -> None:
        from notifications import follow_requests, outbox

        outbox.connect()
        follow_requests.connect()
