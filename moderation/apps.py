from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("The desk")

    def ready(self) -> None:
        from moderation import act_holding, claim_holding, deeds, late_answers, mentions, publishing, replies
        from moderation.models import Handoff
        from reports import journal

        act_holding.register()
        # What was given, and calls in notes, are undone with the act that made or ended them.
        journal.track(Handoff, "report")
        claim_holding.register()
        deeds.register()
        publishing.connect()
        mentions.connect()
        replies.connect()
        late_answers.connect()
        # The last of our apps whose rights are there by then.
        post_migrate.connect(_make_groups, sender=self, dispatch_uid="roles")


def _make_groups(**kwargs: Any) -> None:
    from accounts.rights import make_groups

    make_groups()
