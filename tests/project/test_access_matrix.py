"""Who gets what at every address of the site: each URL × each role × public, private, waiting and hidden report.

An address that the resolver knows and this table does not fails the test: think first of who may see it.
404 hides what one may not see, 410 is for what everybody could once read, 302 leads to the sign-in (or onwards).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Person
from forwarding.actions import answer_report, send_report
from forwarding.models import Dispatch, IncomingMail, Invitation, OfficeBulk, OfficeText, SavedView
from forwarding.office.actions_people import invite
from forwarding.office.notices import INVITATION
from moderation.models import Act, Bulk, SavedFilter, SavedText
from municipalities.actions_rules import save_rule
from municipalities.models import Area, Institution, Membership, Responsibility, StreetGroup
from notifications.alerts.actions import create_alert
from notifications.models import Alert
from reports import links
from reports.actions_comments import write_comment
from reports.actions_desk import hide_report
from reports.actions_sightings import tell_sighting
from reports.models import EventAttachment, Report

pytestmark = pytest.mark.django_db

CAST = (
    "anonymous",
    "citizen",
    "owner",
    "moderator",
    "other_moderator",  # of the neighbouring district
    "officer",  # of the body that has the report
    "other_officer",
    "employee",
)

# POST before a name: the address takes nothing else. The report: public, private (sent), waiting (submitted), hidden
# (after publication), or "-" where none is meant.
MATRIX = """
address                       report     the eight of CAST, in their order
report_detail                 public     200 200 200 200 200 200 200 200
report_detail                 private    404 404 200 200 404 200 404 200
report_detail                 waiting    404 404 200 200 404 404 404 200
report_detail                 hidden     410 410 200 200 410 410 410 200
photo                         public     200 200 200 200 200 200 200 200
photo                         private    404 404 200 200 404 200 404 200
photo                         waiting    404 404 200 200 404 404 404 200
photo                         hidden     410 410 200 200 410 410 410 200
event_attachment              public     200 200 200 200 200 200 200 200
event_attachment              private    404 404 200 200 404 200 404 200
event_attachment              hidden     410 410 200 200 410 410 410 200
POST report_follow            public     302 302 302 302 302 302 302 302
POST report_follow            private    404 404 302 302 404 302 404 302
POST report_follow            waiting    404 404 302 302 404 404 404 302
POST report_follow            hidden     410 410 302 302 410 410 410 302
POST report_support           public     302 302 302 302 302 302 302 302
POST report_support           private    404 404 302 302 404 302 404 302
POST report_support           waiting    404 404 302 302 404 404 404 302
POST report_support           hidden     410 410 302 302 410 410 410 302
follow_by_mail                public     302 302 302 302 302 302 302 302
follow_by_mail                private    404 404 404 404 404 404 404 404
follow_by_mail                waiting    404 404 404 404 404 404 404 404
follow_by_mail                hidden     410 410 410 410 410 410 410 410
POST follow_by_mail           public     200 200 200 200 200 200 200 200
POST follow_by_mail           private    404 404 404 404 404 404 404 404
POST follow_by_mail           waiting    404 404 404 404 404 404 404 404
POST follow_by_mail           hidden     410 410 410 410 410 410 410 410
report_pdf                    public     200 200 200 200 200 200 200 200
report_pdf                    private    404 404 200 200 404 200 404 200
report_pdf                    waiting    404 404 200 200 404 404 404 200
report_pdf                    hidden     410 410 200 200 410 410 410 200
report_print                  public     200 200 200 200 200 200 200 200
report_print                  private    404 404 200 200 404 200 404 200
report_print                  waiting    404 404 200 200 404 404 404 200
report_print                  hidden     410 410 200 200 410 410 410 200
report_qr                     public     200 200 200 200 200 200 200 200
report_qr                     private    404 404 200 200 404 200 404 200
report_qr                     waiting    404 404 200 200 404 404 404 200
report_qr                     hidden     410 410 200 200 410 410 410 200
report_card                   public     200 200 200 200 200 200 200 200
report_card                   private    404 404 200 200 404 200 404 200
report_card                   waiting    404 404 200 200 404 404 404 200
report_card                   hidden     410 410 200 200 410 410 410 200
my_report                     public     302 404 200 404 404 404 404 404
my_report                     private    302 404 200 404 404 404 404 404
my_report                     waiting    302 404 200 404 404 404 404 404
my_report                     hidden     302 404 200 404 404 404 404 404
my_report_edit                public     302 404 302 404 404 404 404 404
my_report_edit                private    302 404 302 404 404 404 404 404
my_report_edit                waiting    302 404 200 404 404 404 404 404
my_report_edit                hidden     302 404 302 404 404 404 404 404
source_redirect               public     302 302 302 302 302 302 302 302
source_redirect               private    404 404 302 302 404 302 404 302
source_redirect               waiting    404 404 302 302 404 404 404 302
source_redirect               hidden     410 410 302 302 410 410 410 302
old_address                   public     302 302 302 302 302 302 302 302
old_address                   private    404 404 302 302 404 302 404 302
old_address_bare              public     302 302 302 302 302 302 302 302
old_address_bare              hidden     410 410 302 302 410 410 410 302

report_places                 -          200 200 200 200 200 200 200 200
report_address                -          200 200 200 200 200 200 200 200
person_page                   -          404 404 404 404 404 404 404 404
thanks                        -          200 200 200 200 200 200 200 200
my_profile                    -          302 200 200 200 200 200 200 200
POST my_lists                 -          302 302 302 302 302 302 302 302
# What people write under a report: only where everybody can read it.
comment_new                   public     200 200 200 200 200 200 200 200
comment_new                   private    404 404 404 404 404 404 404 404
comment_new                   waiting    404 404 404 404 404 404 404 404
comment_new                   hidden     410 410 410 410 410 410 410 410
POST comment_new              public     400 400 400 400 400 400 400 400
comment_own                   public     404 200 404 404 404 404 404 404
comment_own                   hidden     404 410 404 404 404 404 404 404
sighting_new                  public     200 200 302 200 200 200 200 200
sighting_new                  private    404 404 404 404 404 404 404 404
sighting_new                  waiting    404 404 404 404 404 404 404 404
sighting_new                  hidden     410 410 410 410 410 410 410 410
answer_rating                 public     302 200 200 200 200 404 200 200
answer_rating                 private    404 404 404 404 404 404 404 404
answer_rating                 hidden     410 410 410 410 410 410 410 410
flag_new                      public     200 200 200 200 200 200 200 200
flag_new                      private    404 404 404 404 404 404 404 404
flag_new                      waiting    404 404 404 404 404 404 404 404
flag_new                      hidden     410 410 410 410 410 410 410 410
comment_by_link               public     200 200 200 200 200 200 200 200
comment_by_link               hidden     410 410 410 410 410 410 410 410
sighting_by_link              public     200 200 200 200 200 200 200 200
sighting_by_link              hidden     410 410 410 410 410 410 410 410
POST desk_talk                public     302 404 404 302 404 404 404 302
POST desk_talk                hidden     302 404 404 302 404 404 404 302
POST desk_hide_step           public     302 404 404 302 404 404 404 302

front                         -          200 200 200 200 200 200 200 200
about                         -          200 200 200 200 200 200 200 200
robots                        -          200 200 200 200 200 200 200 200
sitemap                       -          200 200 200 200 200 200 200 200
report_feed                   -          200 200 200 200 200 200 200 200
report_timeline_feed          public     200 200 200 200 200 200 200 200
report_timeline_feed          private    404 404 404 404 404 404 404 404
report_timeline_feed          waiting    404 404 404 404 404 404 404 404
report_timeline_feed          hidden     410 410 410 410 410 410 410 410
report_list                   -          200 200 200 200 200 200 200 200
map                           -          200 200 200 200 200 200 200 200
map_reports                   -          200 200 200 200 200 200 200 200
map_areas                     -          200 200 200 200 200 200 200 200
report_new                    -          200 200 200 200 200 200 200 200
report_token                  -          200 200 200 200 200 200 200 200
offline_form                  -          200 200 200 200 200 200 200 200
offline_page                  -          200 200 200 200 200 200 200 200
manifest                      -          200 200 200 200 200 200 200 200
service_worker                -          200 200 200 200 200 200 200 200
drafts                        -          200 200 200 200 200 200 200 200
POST draft_delete             -          302 404 404 404 404 404 404 404
POST report_similar           -          200 200 200 200 200 200 200 200
POST photo_upload             -          400 400 400 400 400 400 400 400
POST photo_remove             public     404 404 404 404 404 404 404 404
POST photo_remove             waiting    404 404 404 404 404 404 404 404
report_categories             -          200 200 200 200 200 200 200 200
POST report_hints             -          200 200 200 200 200 200 200 200
POST report_questions         -          200 200 200 200 200 200 200 200
privacy                       -          200 200 200 200 200 200 200 200

# Signed links: whoever holds one may open it.
report_done                   waiting    200 200 200 200 200 200 200 200
report_confirm                waiting    200 200 200 200 200 200 200 200
owner                         public     200 200 200 200 200 200 200 200
owner                         private    200 200 200 200 200 200 200 200
owner                         waiting    200 200 200 200 200 200 200 200
owner                         hidden     200 200 200 200 200 200 200 200
owner_edit                    public     302 302 302 302 302 302 302 302
owner_edit                    waiting    200 200 200 200 200 200 200 200
owner_edit                    hidden     302 302 302 302 302 302 302 302
unsubscribe                   public     200 200 200 200 200 200 200 200
my_thanks                     -          302 200 200 200 200 200 200 200
POST report_thanks            public     302 404 404 404 404 404 404 404
POST report_thanks            private    404 404 404 404 404 404 404 404
POST report_thanks            waiting    404 404 404 404 404 404 404 404
POST report_thanks            hidden     410 410 404 404 410 410 410 404
alert_list                    -          200 200 200 200 200 200 200 200
alert_new                     -          200 200 200 200 200 200 200 200
alert_asked                   -          200 200 200 200 200 200 200 200
alert                         public     302 404 200 404 404 404 404 404
alert_by_mail                 public     200 200 200 200 200 200 200 200
alert_stop                    public     200 200 200 200 200 200 200 200
follow_confirm                public     200 200 200 200 200 200 200 200
follow_confirm                private    404 404 404 404 404 404 404 404
follow_confirm                waiting    404 404 404 404 404 404 404 404
follow_confirm                hidden     410 410 410 410 410 410 410 410
officer_case                  public     200 200 200 200 200 200 200 200
officer_case                  private    200 200 200 200 200 200 200 200
officer_case                  hidden     200 200 200 200 200 200 200 200
officer_photo                 public     200 200 200 200 200 200 200 200
officer_photo                 private    200 200 200 200 200 200 200 200
officer_photo                 hidden     404 404 404 404 404 404 404 404

my_data                       -          302 200 200 200 200 200 200 200
my_erase                      -          302 200 200 200 200 200 200 200

office                        -          302 404 404 404 404 200 200 404
office_bulk                   -          302 404 404 404 404 200 200 404
POST office_bulk              -          302 404 404 404 404 400 400 404
office_bulk_run               -          302 404 404 404 404 200 404 404
office_export                 -          302 404 404 404 404 200 200 404
office_export_file            -          302 404 404 404 404 200 200 404
office_print                  -          302 404 404 404 404 200 200 404
office_map                    -          302 404 404 404 404 200 200 404
office_map_cases              -          302 404 404 404 404 200 200 404
# What is for leads: the officers of the cast are none (roles within a body: tests/forwarding/test_office_doors.py).
office_hand_over              public     302 404 404 404 404 404 404 404
office_hand_over              private    302 404 404 404 404 404 404 404
POST office_hand_over         public     302 404 404 404 404 404 404 404
office_people                 -          302 404 404 404 404 404 404 404
office_body                   -          302 404 404 404 404 404 404 404
POST office_body              -          302 404 404 404 404 404 404 404
POST office_member            -          302 404 404 404 404 404 404 404
office_units                  -          302 404 404 404 404 404 404 404
office_texts                  -          302 404 404 404 404 404 404 404
office_text_new               -          302 404 404 404 404 404 404 404
office_text                   -          302 404 404 404 404 404 404 404
POST office_text              -          302 404 404 404 404 404 404 404
office_invitation             -          200 200 200 200 200 200 200 200
office_views                  -          302 404 404 404 404 200 200 404
POST office_views             -          302 404 404 404 404 400 400 404
POST office_view              -          302 404 404 404 404 302 404 404
office_pdf                    public     302 404 404 404 404 200 404 404
office_pdf                    private    302 404 404 404 404 200 404 404
office_pdf                    hidden     302 404 404 404 404 404 404 404
office_case                   public     302 404 404 404 404 200 404 404
office_case                   private    302 404 404 404 404 200 404 404
office_case                   hidden     302 404 404 404 404 404 404 404

desk                          -          302 404 404 200 200 404 404 200
desk_new                      -          302 404 404 200 200 404 404 200
desk_keys                     -          302 404 404 200 200 404 404 200
POST desk_keys                -          302 404 404 302 302 404 404 302
desk_case                     public     302 404 404 200 404 404 404 200
desk_case                     private    302 404 404 200 404 404 404 200
desk_case                     waiting    302 404 404 200 404 404 404 200
desk_case                     hidden     302 404 404 200 404 404 404 200
POST desk_case                public     302 404 404 400 404 404 404 400
desk_photo                    public     302 404 404 200 404 404 404 200
desk_photo                    private    302 404 404 200 404 404 404 200
desk_photo                    waiting    302 404 404 200 404 404 404 200
desk_photo                    hidden     302 404 404 200 404 404 404 200
POST desk_photo               public     302 404 404 400 404 404 404 400
desk_photo_picture            public     302 404 404 200 404 404 404 200
desk_photo_picture            private    302 404 404 200 404 404 404 200
desk_photo_picture            waiting    302 404 404 200 404 404 404 200
desk_photo_picture            hidden     302 404 404 200 404 404 404 200
desk_answers                  public     302 404 404 302 404 404 404 302
desk_answers                  waiting    302 404 404 302 404 404 404 302
POST desk_answers             public     302 404 404 302 404 404 404 302
desk_answer                   public     302 404 404 200 404 404 404 200
desk_answer                   private    302 404 404 200 404 404 404 200
desk_answer                   waiting    302 404 404 404 404 404 404 404
desk_answer                   hidden     302 404 404 404 404 404 404 404
POST desk_answer              public     302 404 404 400 404 404 404 400
desk_preview                  public     302 404 404 302 404 404 404 302
POST desk_preview             waiting    302 404 404 400 404 404 404 400
desk_letters                  public     302 404 404 200 404 404 404 200
desk_letters                  waiting    302 404 404 200 404 404 404 200
desk_letters                  hidden     302 404 404 200 404 404 404 200
POST desk_letters             public     302 404 404 400 404 404 404 400
desk_word                     public     302 404 404 200 404 404 404 200
desk_word                     private    302 404 404 200 404 404 404 200
desk_word                     waiting    302 404 404 200 404 404 404 200
desk_word                     hidden     302 404 404 200 404 404 404 200
POST desk_word                public     302 404 404 400 404 404 404 400
POST desk_next                -          302 404 404 302 302 404 404 302
POST desk_notices             -          302 404 404 302 302 404 404 302
desk_filters                  -          302 404 404 200 200 404 404 200
POST desk_filter              -          302 404 404 302 404 404 404 404
POST desk_claim               public     302 404 404 302 404 404 404 302
POST desk_claim               waiting    302 404 404 302 404 404 404 302
POST desk_claim_mail          public     302 404 404 302 404 404 404 302
POST desk_presence            public     302 404 404 200 404 404 404 200
POST desk_presence            private    302 404 404 200 404 404 404 200
POST desk_presence_mail       public     302 404 404 200 404 404 404 200
desk_suggestions              public     302 404 404 200 404 404 404 200
desk_suggestions              waiting    302 404 404 200 404 404 404 200
desk_merge                    public     302 404 404 200 404 404 404 200
desk_merge                    private    302 404 404 200 404 404 404 200
desk_merge                    waiting    302 404 404 200 404 404 404 200
desk_merge                    hidden     302 404 404 200 404 404 404 200
POST desk_merge               public     302 404 404 200 404 404 404 200
desk_split                    public     302 404 404 200 404 404 404 200
desk_split                    private    302 404 404 200 404 404 404 200
desk_split                    waiting    302 404 404 200 404 404 404 200
POST desk_split               hidden     302 404 404 400 404 404 404 400
# A volunteer points nothing out: seniors and employees do.
desk_highlight                public     302 404 404 404 404 404 404 200
desk_highlight                private    302 404 404 404 404 404 404 200
POST desk_highlight           public     302 404 404 404 404 404 404 400
desk_mail                     public     302 404 404 200 404 404 404 200
desk_mail                     private    302 404 404 200 404 404 404 200
POST desk_mail                public     302 404 404 400 404 404 404 400
desk_mails                    -          302 404 404 200 200 404 404 200
desk_mail_file                public     302 404 404 200 404 404 404 200
desk_mail_file                private    302 404 404 200 404 404 404 200
desk_mail_raw                 public     302 404 404 404 404 404 404 200
POST desk_retry               public     302 404 404 302 404 404 404 302
desk_history                  -          302 404 404 200 200 404 404 200
desk_deliveries               -          302 404 404 200 200 404 404 200
desk_delivery                 public     302 404 404 200 404 404 404 200
desk_delivery                 private    302 404 404 200 404 404 404 200
desk_delivery                 hidden     302 404 404 200 404 404 404 200
POST desk_delivery            public     302 404 404 302 404 404 404 302
desk_contact                  public     302 404 404 200 404 404 404 200
POST desk_contact             public     302 404 404 302 404 404 404 302
desk_bulk                     -          302 404 404 404 404 404 404 200
desk_bulk_run                 -          302 404 404 404 404 404 404 200
desk_texts                    -          302 404 404 200 200 404 404 200
desk_text_new                 -          302 404 404 404 404 404 404 200
desk_text                     -          302 404 404 404 404 404 404 200
desk_text_away                -          302 404 404 404 404 404 404 200
POST desk_text_away           -          302 404 404 404 404 404 404 302
desk_routing                  -          302 404 404 200 200 404 404 200
POST desk_routing             -          302 404 404 400 400 404 404 400
desk_rules                    -          302 404 404 404 404 404 404 200
desk_rule_new                 -          302 404 404 404 404 404 404 200
desk_rule                     -          302 404 404 404 404 404 404 200
desk_rule_history             -          302 404 404 404 404 404 404 200
POST desk_rule_undo           -          302 404 404 404 404 404 404 302
desk_streets                  -          302 404 404 404 404 404 404 200
desk_street_group_new         -          302 404 404 404 404 404 404 200
desk_street_group             -          302 404 404 404 404 404 404 200
desk_team                     -          302 404 404 200 200 404 404 200
desk_people                   -          302 404 404 404 404 404 404 200
POST desk_lift                -          302 404 404 404 404 404 404 302
POST desk_ban                 public     302 404 404 404 404 404 404 400
POST desk_trust               public     302 404 404 404 404 404 404 302
POST desk_approve             public     302 404 404 404 404 404 404 302
desk_readings                 -          302 404 404 404 404 404 404 200
POST desk_reporter            public     302 404 404 404 404 404 404 200
POST desk_undo                public     302 404 404 302 404 404 404 302
POST desk_undo                hidden     302 404 404 302 404 404 404 302

account_login                 -          200 302 302 302 302 302 302 302
account_signup                -          200 302 302 302 302 302 302 302
account_logout                -          302 200 200 200 200 200 200 200
account_inactive              -          200 200 200 200 200 200 200 200
account_reauthenticate        -          302 200 200 200 200 200 200 200
reauthenticate_by_code        -          302 200 200 200 200 200 200 200
account_email                 -          302 200 200 200 200 200 200 200
account_email_verification_sent -        302 302 302 302 302 302 302 302
account_change_password       -          302 200 200 200 200 200 200 200
account_set_password          -          302 302 302 302 302 302 302 302
account_reset_password        -          200 200 200 200 200 200 200 200
account_reset_password_done   -          200 200 200 200 200 200 200 200
account_reset_password_from_key      -   200 200 200 200 200 200 200 200
account_reset_password_from_key_done -   200 200 200 200 200 200 200 200
account_request_login_code    -          200 302 302 302 302 302 302 302
account_confirm_login_code    -          302 302 302 302 302 302 302 302
sign_in_link                  -          404 404 404 404 404 404 404 404
POST session_end              -          302 404 404 404 404 404 404 404
usersessions_list             -          302 200 200 200 200 200 200 200
mfa_index                     -          302 200 200 200 200 200 200 200
mfa_authenticate              -          302 302 302 302 302 302 302 302
mfa_reauthenticate            -          302 302 302 302 302 302 302 302
mfa_reauthenticate_webauthn   -          302 302 302 302 302 302 302 302
mfa_login_webauthn            -          302 302 302 302 302 302 302 302
mfa_activate_totp             -          302 302 302 302 302 302 302 302
mfa_deactivate_totp           -          302 404 404 404 404 404 404 404
mfa_view_recovery_codes       -          302 404 404 404 404 404 404 404
mfa_generate_recovery_codes   -          302 302 302 302 302 302 302 302
mfa_download_recovery_codes   -          302 404 404 404 404 404 404 404
mfa_list_webauthn             -          302 200 200 200 200 200 200 200
mfa_add_webauthn              -          302 302 302 302 302 302 302 302
mfa_edit_webauthn             -          302 302 302 302 302 302 302 302
mfa_remove_webauthn           -          302 302 302 302 302 302 302 302
socialaccount_connections     -          302 200 200 200 200 200 200 200
socialaccount_login_cancelled -          200 200 200 200 200 200 200 200
socialaccount_login_error     -          401 401 401 401 401 401 401 401
socialaccount_signup          -          302 302 302 302 302 302 302 302

# Other sites' accounts are not there before they are switched on.
facebook_login                -          404 404 404 404 404 404 404 404
facebook_callback             -          404 404 404 404 404 404 404 404
facebook_login_by_token       -          404 404 404 404 404 404 404 404
google_login                  -          404 404 404 404 404 404 404 404
google_callback               -          404 404 404 404 404 404 404 404
google_login_by_token         -          404 404 404 404 404 404 404 404
openid_connect_login          -          404 404 404 404 404 404 404 404
openid_connect_callback       -          404 404 404 404 404 404 404 404

my                            -          302 200 200 200 200 200 200 200
my_reports                    -          302 200 200 200 200 200 200 200
my_followed                   -          302 200 200 200 200 200 200 200
my_supported                  -          302 200 200 200 200 200 200 200
my_map                        -          302 200 200 200 200 200 200 200
my_map_reports                -          302 200 200 200 200 200 200 200
POST my_leave                 public     302 302 302 302 302 302 302 302
POST my_leave                 private    302 302 302 302 302 302 302 302
my_settings                   -          302 200 200 200 200 200 200 200
POST my_filter                -          302 302 302 302 302 302 302 302
POST set_language             -          302 302 302 302 302 302 302 302
healthz                       -          any any any any any any any any

# The demo's mail page exists only where every host is local; then it is for everybody.
demo_mail                     -          any any any any any any any any
POST mail_hook                -          404 404 404 404 404 404 404 404
POST demo_mail_delete         -          any any any any any any any any
demo_mail_detail              -          404 404 404 404 404 404 404 404
demo_mail_html                -          404 404 404 404 404 404 404 404
demo_mail_raw                 -          404 404 404 404 404 404 404 404
demo_mail_part                -          404 404 404 404 404 404 404 404
"""


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    report: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.name}-{self.report}"

    @property
    def photos(self) -> int:
        """How many its report has; only what is about photos needs one."""
        return int("photo" in self.name and self.report != "-")


def read_matrix() -> Iterator[Row]:
    for line in MATRIX.strip().splitlines()[1:]:
        words = line.split()
        if not words or words[0] == "#":
            continue
        method = words.pop(0) if words[0] == "POST" else "GET"
        name, report, *codes = words
        yield Row(name, method, report, dict(zip(CAST, codes, strict=True)))


ROWS = list(read_matrix())


def all_names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from all_names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


def test_every_address_stands_in_the_matrix() -> None:
    names = {name for name in all_names() if not name.startswith("admin:")}
    assert names == {row.name for row in ROWS}


# -- The cast and the places -------------------------------------------------------------------------------


@pytest.fixture
def cast(
    reporter: Person,
    neighbour: Person,
    moderator: Person,
    officer: Person,
    other_officer: Person,
    employee: Person,
    other_district: Area,
) -> dict[str, Person | None]:
    other_moderator = Person.objects.create_user("other-moderator@example.org", "pw")
    Membership.objects.create(person=other_moderator, role="moderator", area=other_district)
    people = (None, neighbour, reporter, moderator, other_moderator, officer, other_officer, employee)
    return dict(zip(CAST, people, strict=True))


@pytest.fixture
def plain(
    cast: dict[str, Person | None],
    rule: Responsibility,
    works: Institution,
    neighbour: Person,
    moderator: Person,
    officer: Person,
    employee: Person,
) -> dict[str, dict[str, Any]]:
    """Arguments of addresses that have nothing to do with a report: `PLAIN`, and a row for each that wants one."""
    rule.priority = 5
    change = save_rule(rule, actor=employee)
    assert change is not None
    text = SavedText.objects.create(act="ask", name="Hol?", texts={"hu": "Hol van?"})
    body_text = OfficeText.objects.create(institution=works, name="Hol?", text="Hol van?")
    lead = Person.objects.create_user("lead@example.org")
    Membership.objects.create(person=lead, role=Membership.Role.LEAD, institution=works)
    invitation = invite(works, neighbour.email, "reader", actor=lead)
    bulks = {"actor": employee, "action": "note", "state": "done"}
    own = {"person": officer, "name": "Késők", "query": "show=late"}
    office_bulk = OfficeBulk.objects.create(actor=officer, action="answer", cases=[], state="done")
    body = {"pk": works.pk}
    return {
        **PLAIN,
        "desk_lift": {"kind": "trust", "pk": neighbour.pk},
        "desk_bulk_run": {"pk": Bulk.objects.create(reports=[], **bulks).pk},
        "desk_text": {"pk": text.pk},
        "desk_text_away": {"pk": text.pk},
        "desk_rule": {"pk": rule.pk},
        "desk_rule_undo": {"pk": change.pk},
        "desk_street_group": {"pk": StreetGroup.objects.create(name="Főutak", streets=["Váci út"]).pk},
        "desk_filter": {"pk": SavedFilter.objects.create(person=moderator, name="Késők", query="late=yes").pk},
        **dict.fromkeys(("office_body", "office_units", "office_texts", "office_text_new"), body),
        "office_member": {**body, "member": officer.memberships.get().pk},
        "office_text": {**body, "text": body_text.pk},
        "office_view": {"pk": SavedView.objects.create(**own).pk},
        "office_bulk_run": {"pk": office_bulk.pk},
        "office_invitation": {"token": invitation_token(invitation)},
    }


def invitation_token(invitation: Invitation) -> str:
    return links.sign(INVITATION, invitation.pk, int(invitation.invited_at.timestamp()))


@pytest.fixture
def build_case(
    make_report: Callable[..., Report], works: Institution, moderator: Person, neighbour: Person
) -> Callable[..., dict[str, Any]]:
    """The arguments of every address for a report of this kind."""

    def build(kind: str, *, photos: int = 0) -> dict[str, Any]:
        if kind == "-":
            return {}
        report = make_report(photos=photos, source="old", source_id="4711", is_private=kind == "private")
        case: dict[str, Any] = {"report": report, "photo": report.photos.first()}
        if kind != "waiting":
            assignment = send_report(report, works, actor=moderator)
            event = answer_report(assignment, "Megnézzük.", actor=None)
            attachment = EventAttachment(event=event, name="a.pdf", content_type="application/pdf", size=4)
            attachment.file.save("a.pdf", ContentFile(b"%PDF"))
            mail = IncomingMail.objects.create(
                raw=b"Content-Type: application/pdf; name=a.pdf\n\n%PDF-",
                digest=hashlib.sha256(b"x").hexdigest(),
                state="to_read",
                assignment=assignment,
            )
            case |= {"assignment": assignment, "attachment": attachment, "mail": mail, "answer": event}
            case |= talk(report, kind, neighbour)
        if kind == "hidden":
            hide_report(report, "", actor=moderator)
        report.refresh_from_db()
        return case

    return build


def talk(report: Report, kind: str, author: Person) -> dict[str, Any]:
    """What the citizen of the cast has said under the report, where one can."""
    if kind == "private":
        return {}
    comment = write_comment(report, "Kurva élet.", author=author, confirmed=True)
    sighting = tell_sighting(report, is_solved=False, text="Ott van.", author=author, confirmed=True)
    return {"comment": comment, "sighting": sighting}


def url_of(name: str, case: dict[str, Any], plain: dict[str, dict[str, Any]]) -> str:
    report: Report | None = case.get("report")
    if report is None:
        return reverse(name, kwargs=plain.get(name))
    assignment, photo = case.get("assignment"), case["photo"]
    token = links.officer_token(assignment.pk) if assignment else ""
    by_name: dict[str, Callable[[], list[Any]]] = {
        "event_attachment": lambda: [report.reference, case["attachment"].pk],
        "photo": lambda: [photo.token, "large"],
        "desk_photo": lambda: [report.reference, photo.pk],
        "desk_photo_picture": lambda: [report.reference, photo.pk],
        "photo_remove": lambda: [photo.token],
        "report_qr": lambda: [report.reference, "svg"],
        "source_redirect": lambda: [report.source_id],
        "old_address_bare": lambda: ["budapest", report.source_id],
        "old_address": lambda: ["budapest", report.source_id, "katyu"],
        "comment_own": lambda: [case["comment"].pk],
        "comment_by_link": lambda: [links.sign(links.COMMENT, case["comment"].pk)],
        "sighting_by_link": lambda: [links.sign(links.SIGHTING, case["sighting"].pk)],
        "answer_rating": lambda: [report.reference, case["answer"].pk],
        "desk_talk": lambda: ["comment", case["comment"].pk],
        "desk_hide_step": lambda: [report.reference, case["answer"].pk],
        "report_done": lambda: [links.sign(links.DONE, report.pk)],
        "report_confirm": lambda: [links.sign(links.CONFIRM, report.pk)],
        "owner": lambda: [links.sign(links.OWNER, report.pk)],
        "owner_edit": lambda: [links.sign(links.OWNER, report.pk)],
        "unsubscribe": lambda: [links.sign(links.UNSUBSCRIBE, report.reporter_id or 0, report.pk)],
        "follow_confirm": lambda: [links.follow_token(report.pk, "somebody@example.org", support=True)],
        "alert": lambda: [alert_of(report).pk],
        "alert_by_mail": lambda: [links.sign(links.ALERT, alert_of(report).pk)],
        "alert_stop": lambda: [links.sign(links.ALERT_STOP, alert_of(report).pk)],
        "officer_case": lambda: [token],
        "officer_photo": lambda: [token, photo.token, "large"],
        **{name: lambda: [case["assignment"].pk] for name in ("office_case", "office_pdf")},
        "office_case": lambda: [case["assignment"].pk],
        "office_hand_over": lambda: [case["assignment"].pk],
        "desk_delivery": lambda: [Dispatch.objects.filter(assignment=assignment).latest("pk").pk],
        "desk_contact": lambda: [case["assignment"].contact_id],
        "desk_mail": lambda: [case["mail"].pk],
        "desk_mail_file": lambda: [case["mail"].pk, 1],
        "desk_mail_raw": lambda: [case["mail"].pk],
        "desk_approve": lambda: [Act.objects.create(kind="note", report=report, actor=None).pk],
        "desk_claim_mail": lambda: [case["mail"].pk],
        "desk_presence_mail": lambda: [case["mail"].pk],
        "desk_undo": lambda: [Act.objects.create(kind="note", report=report, actor=None).pk],
        "desk_retry": lambda: ["dispatch", Dispatch.objects.filter(assignment=assignment).latest("pk").pk],
    }
    return reverse(name, args=by_name.get(name, lambda: [report.reference])())


def alert_of(report: Report) -> Alert:
    """One of the report's reporter."""
    draft = Alert(name="x", where="area", area=report.area, moments=["new"], frequency="now")
    assert report.reporter is not None
    return create_alert(draft, report.reporter, confirmed=True, language="hu")


# Arguments that lead nowhere, where a right one would do something else than show a page.
PLAIN: dict[str, dict[str, Any]] = {
    "person_page": {"slug": "nobody"},
    "draft_delete": {"submission": "11111111-2222-4333-8444-555555555555"},
    "account_confirm_email": {"key": "nosuchkey"},
    "sign_in_link": {"token": "nosuchtoken"},
    "session_end": {"pk": 1},
    "office_export_file": {"kind": "csv"},
    **{name: {"pk": 1} for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")},
    **{name: {"provider_id": "oidc"} for name in ("openid_connect_login", "openid_connect_callback")},
    "account_reset_password_from_key": {"uidb36": "1", "key": "nosuch-key"},
    **{name: {"key": "nosuchmail"} for name in ("demo_mail_detail", "demo_mail_html", "demo_mail_raw")},
    "demo_mail_part": {"key": "nosuchmail", "number": 1},
}
QUERY = {
    "report_places": {"q": "47.45, 19.05"},
    "report_address": {"lat": "47.45", "lon": "19.05"},
    "map_reports": {"bbox": "19,47.4,19.1,47.5", "zoom": "14"},
    "office_map_cases": {"bbox": "19,47.4,19.1,47.5", "zoom": "14"},
    "my_map_reports": {"bbox": "19,47.4,19.1,47.5", "zoom": "14"},
    "map_areas": {"bbox": "19,47.4,19.1,47.5", "zoom": "12"},
}


def status_for(client: Client, row: Row, url: str) -> int:
    if row.method == "POST":
        Dispatch.objects.update(status="failed")  # what `desk_retry` is for
        fields = {
            "set_language": {"language": "en"},
            "desk_talk": {"action": "undo"},
            "desk_delivery": {"action": "letter_again"},
        }
        response = client.post(url, fields.get(row.name, {}))
    else:
        response = client.get(url, QUERY.get(row.name, {}))
    if response.streaming:
        response.getvalue()  # read to the end, the file is closed
    return response.status_code


@pytest.mark.parametrize(("report", "photos"), sorted({(row.report, row.photos) for row in ROWS}))
def test_matrix(
    report: str,
    photos: int,
    cast: dict[str, Person | None],
    plain: dict[str, dict[str, Any]],
    build_case: Callable[..., dict[str, Any]],
    client_of: Callable[[Person | None], Client],
) -> None:
    """All rows of a kind of report: the world is built once, and each row finds it as it was."""
    case = build_case(report, photos=photos)
    keys = {role: client_of(person).cookies for role, person in cast.items()}
    wrong = []
    for row in ROWS:
        if (row.report, row.photos) == (report, photos):
            with transaction.atomic():
                wrong += wrong_in(row, url_of(row.name, case, plain), keys)
                transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


def wrong_in(row: Row, url: str, keys: dict[str, SimpleCookie]) -> list[str]:
    """What somebody gets that the table does not say."""
    found = {}
    for role, cookies in keys.items():
        client = Client()
        client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
        found[role] = str(status_for(client, row, url))
    expected = {role: found[role] if code == "any" else code for role, code in row.expected.items()}
    broken = row.name != "healthz" and any(code.startswith("5") for code in found.values())
    return [f"{row.method} {row} {url}: {found}, not {expected}"] if found != expected or broken else []


def test_a_wrong_line_is_seen(cast: dict[str, Person | None], client_of: Callable[[Person | None], Client]) -> None:
    keys = {role: client_of(person).cookies for role, person in cast.items()}
    [right] = [row for row in ROWS if row.name == "desk"]
    for role in CAST:
        code = "200" if right.expected[role] == "404" else "404"
        wrong = Row("desk", "GET", "-", {**right.expected, role: code})
        assert (wrong_in(right, reverse("desk"), keys), len(wrong_in(wrong, reverse("desk"), keys))) == ([], 1)


# -- The administration ------------------------------------------------------------------------------------


def admin_pages() -> list[str]:
    """Every list and every "add" of the administration, and its front page."""
    names = {name for name in all_names() if name.endswith(("_changelist", "_add"))}
    return sorted({"admin:index", *names})


def test_administration_is_for_employees(
    cast: dict[str, Person | None], client_of: Callable[[Person | None], Client]
) -> None:
    clients = {role: client_of(person) for role, person in cast.items()}
    pages = admin_pages()
    assert len(pages) > 50
    for name in pages:
        for role, client in clients.items():
            response = client.get(reverse(name))
            if role == "employee":
                assert response.status_code in (200, 403), (name, role)  # 403: read-only, nothing can be added
            else:
                assert (response.status_code, "login" in response["Location"]) == (302, True), (name, role)


def test_nothing_private_stands_in_a_list_or_on_the_map(
    build_case: Callable[..., dict[str, Any]],
    cast: dict[str, Person | None],
    client_of: Callable[[Person | None], Client],
) -> None:
    report = build_case("private")["report"]
    Report.objects.filter(pk=report.pk).update(title="Bizalmas ügy")
    for role in ("anonymous", "citizen", "other_officer"):
        client = client_of(cast[role])
        for name in ("front", "report_list", "report_feed", "sitemap", "map", "map_reports"):
            page = client.get(reverse(name), QUERY.get(name, {})).content.decode()
            assert "Bizalmas" not in page, (role, name)
            assert report.reference not in page, (role, name)
        assert json.loads(client.get(reverse("map_reports"), QUERY["map_reports"]).content)
