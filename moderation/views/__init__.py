from moderation.views.acts import desk_approve, desk_undo
from moderation.views.answers import desk_answers
from moderation.views.bulk import desk_bulk, desk_bulk_run
from moderation.views.case import desk_case, desk_suggestions
from moderation.views.claims import desk_claim, desk_next, desk_notices
from moderation.views.deliveries import desk_contact, desk_deliveries, desk_delivery
from moderation.views.desk import desk, desk_retry
from moderation.views.entered import desk_answer
from moderation.views.entry import desk_new
from moderation.views.history import desk_history, desk_readings
from moderation.views.keys import desk_keys
from moderation.views.letters import desk_letters
from moderation.views.mail import desk_mail, desk_mail_file, desk_mail_raw
from moderation.views.mails import desk_mails
from moderation.views.merge import desk_merge
from moderation.views.people import desk_ban, desk_lift, desk_people, desk_reporter, desk_trust
from moderation.views.photo import desk_photo, desk_photo_picture
from moderation.views.presence import desk_presence
from moderation.views.preview import desk_preview
from moderation.views.routing import (
    desk_routing,
    desk_rule,
    desk_rule_history,
    desk_rule_undo,
    desk_rules,
    desk_street_group,
    desk_streets,
)
from moderation.views.saved_filters import desk_filter, desk_filters
from moderation.views.saved_texts import desk_text, desk_text_away, desk_texts
from moderation.views.split import desk_highlight, desk_split
from moderation.views.talk import desk_hide_step, desk_talk
from moderation.views.team import desk_team
from moderation.views.words import desk_word

__all__ = [
    "desk",
    "desk_answer",
    "desk_answers",
    "desk_approve",
    "desk_ban",
    "desk_bulk",
    "desk_bulk_run",
    "desk_case",
    "desk_claim",
    "desk_contact",
    "desk_deliveries",
    "desk_delivery",
    "desk_filter",
    "desk_filters",
    "desk_hide_step",
    "desk_highlight",
    "desk_history",
    "desk_keys",
    "desk_letters",
    "desk_lift",
    "desk_mail",
    "desk_mail_file",
    "desk_mail_raw",
    "desk_mails",
    "desk_merge",
    "desk_new",
    "desk_next",
    "desk_notices",
    "desk_people",
    "desk_photo",
    "desk_photo_picture",
    "desk_presence",
    "desk_preview",
    "desk_readings",
    "desk_reporter",
    "desk_retry",
    "desk_routing",
    "desk_rule",
    "desk_rule_history",
    "desk_rule_undo",
    "desk_rules",
    "desk_split",
    "desk_street_group",
    "desk_streets",
    "desk_suggestions",
    "desk_talk",
    "desk_team",
    "desk_text",
    "desk_text_away",
    "desk_texts",
    "desk_trust",
    "desk_undo",
    "desk_word",
]
