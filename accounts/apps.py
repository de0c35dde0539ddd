from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import account_holdings, bans, languages, readings, verification  # noqa: F401

        account_holdings.register()
        readings.register()
        bans.register()
