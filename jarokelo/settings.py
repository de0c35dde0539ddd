"""Every setting, read from the environment with its type; junk is refused at start-up.

`docs/operations.md` explains each variable to an operator. Bad combinations are system checks (`checks.py`).
"""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

from jarokelo.providers import social_providers

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()

# -- Where it runs ----------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")  # absolute addresses in mails
SITE_NAME = env.str("SITE_NAME", "Járókelő")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [SITE_URL])
# Demo logins, sample data and /demo/mail/; refused unless every allowed host is local (checks.py).
DEMO = env.bool("DEMO", False)
HTTPS = SITE_URL.startswith("https://")

ROOT_URLCONF = "jarokelo.urls"
WSGI_APPLICATION = "jarokelo.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.gis",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.facebook",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "import_export",
    "leaflet",
    "lucide",
    "accounts",
    "municipalities",
    "reports",
    "notifications",
    "forwarding",
    "moderation",
    "jarokelo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jarokelo.compression.GZipTextMiddleware",
    "jarokelo.middleware.KeepNothingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jarokelo.middleware.GoneMiddleware",
    "jarokelo.middleware.BannedMiddleware",
    "jarokelo.middleware.ProviderAwayMiddleware",
    "jarokelo.middleware.LanguageMiddleware",
    "jarokelo.middleware.StaffFactorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jarokelo.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]

# -- Servers ----------------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL", engine="django.contrib.gis.db.backends.postgis"),
        "CONN_MAX_AGE": 60,
        # A restarted database is noticed at the start of the next request instead of failing it.
        "CONN_HEALTH_CHECKS": True,
        # Two test runs side by side on one server each get a database of their own.
        "TEST": {"NAME": "test_jarokelo" + env.str("TEST_DB_SUFFIX", "")},
    }
}
REDIS_URL = env.str("REDIS_URL")

# The database also keeps the small cache (rate limits): Redis may be flushed or away at any moment.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Many small answers, kept for weeks: in the default one they would push out the limits of the sign-in.
    "geocoder": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "geocoder_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # Pictures for social sites, drawn once per version of a report; each machine keeps its own, all may be deleted.
    "cards": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": env.str("CARD_CACHE_DIR", str(BASE_DIR / ".local" / "cards")),
        "TIMEOUT": 7 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "visibility_timeout": 3600,
    "max_retries": 0,  # a page never waits for a broker that is away
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False  # the sweep finds what could not be announced
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Budapest"
BUNDLE_HOUR = 18  # of the site's clock: when news that people want once a day or a week go out
# When officers get the list of their cases, on the same clock.
OFFICE_DIGEST_HOUR = env.int("OFFICE_DIGEST_HOUR", 7, validate=validate.Range(0, 23))
SWEEP_SECONDS = env.int("SWEEP_SECONDS", 30)
OPEN311_POLL_SECONDS = env.int("OPEN311_POLL_SECONDS", 300)  # how often endpoints are asked for their updates
CELERY_BEAT_SCHEDULE = {
    "sweep-notifications": {"task": "notifications.sweep", "schedule": timedelta(seconds=SWEEP_SECONDS)},
    # Also the pause in which alerts gather what happens: one mail for what one beat finds.
    "run-alerts": {"task": "notifications.run_alerts", "schedule": timedelta(seconds=SWEEP_SECONDS)},
    "purge-alerts": {"task": "notifications.purge_alerts", "schedule": timedelta(hours=6)},
    "sweep-desk": {"task": "moderation.sweep", "schedule": timedelta(seconds=SWEEP_SECONDS)},
    "remind-subtasks": {"task": "forwarding.remind_subtasks", "schedule": timedelta(hours=1)},
    "sweep-forwarding": {"task": "forwarding.sweep", "schedule": timedelta(seconds=SWEEP_SECONDS)},
    "watch-contacts": {"task": "forwarding.watch_contacts", "schedule": timedelta(minutes=10)},
    "sync-services": {"task": "forwarding.sync_services", "schedule": crontab(hour=1, minute=20)},
    "poll-updates": {"task": "forwarding.poll_updates", "schedule": timedelta(seconds=OPEN311_POLL_SECONDS)},
    "follow-tokens": {"task": "forwarding.follow_tokens", "schedule": timedelta(seconds=SWEEP_SECONDS)},
    "office-digests": {"task": "forwarding.gather_office_digests", "schedule": timedelta(minutes=5)},
    "purge-office-digests": {"task": "forwarding.purge_office_digests", "schedule": timedelta(hours=24)},
    "purge-follow-requests": {"task": "notifications.purge_follow_requests", "schedule": timedelta(hours=6)},
    "tend-drafts": {"task": "notifications.tend_drafts", "schedule": timedelta(hours=1)},
    "sweep-timers": {"task": "reports.sweep_timers", "schedule": timedelta(seconds=SWEEP_SECONDS)},
    "purge-originals": {"task": "reports.purge_originals", "schedule": timedelta(hours=24)},
    "purge-readings": {"task": "accounts.purge_readings", "schedule": crontab(hour=3, minute=50)},
    "train-suggestions": {"task": "moderation.train_suggestions", "schedule": crontab(hour=2, minute=40)},
    "count-help": {"task": "notifications.count_help", "schedule": crontab(hour=3, minute=20)},
    "purge-send-counts": {"task": "reports.purge_send_counts", "schedule": timedelta(hours=1)},
    "purge-sessions": {"task": "accounts.purge_sessions", "schedule": timedelta(hours=24)},
    "purge-uploads": {"task": "reports.purge_uploads", "schedule": timedelta(hours=1)},
}

# -- Mail -------------------------------------------------------------------------------------------------
_email = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20)
# Every address of ours, the one-off reply addresses included, lies in this domain (DMARC).
MAIL_DOMAIN = env.str("MAIL_DOMAIN", urlsplit(SITE_URL).hostname or "localhost")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <noreply@{MAIL_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The name that our own mail server writes into `Authentication-Results` (RFC 8601); without it nobody is vouched for.
MAIL_AUTHSERV_ID = env.str("MAIL_AUTHSERV_ID", "")
# Answers of bodies that leave no doubt are published without waiting for a volunteer (`forwarding.mailrule`).
ANSWERS_BY_RULE = env.bool("ANSWERS_BY_RULE", bool(MAIL_AUTHSERV_ID))
MAILS_PER_HOUR = env.int("MAILS_PER_HOUR", 10)  # of one sender to one case; more is a loop
MAIL_IN_MAX_BYTES = env.int("MAIL_IN_MAX_BYTES", 40_000_000)  # of one mail that comes in
IMAP_URL = env.str("IMAP_URL", "")  # imaps://user:password@host:993/INBOX?moved=Archive; empty: not read by IMAP
IMAP_SECONDS = env.int("IMAP_SECONDS", 60)
if IMAP_URL:
    CELERY_BEAT_SCHEDULE["read-mailbox"] = {
        "task": "forwarding.read_mailbox",
        "schedule": timedelta(seconds=IMAP_SECONDS),
    }
MAIL_HOOK_SECRET = env.str("MAIL_HOOK_SECRET", "")  # empty: /hooks/mail/ takes nothing
EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
# How long a worker may hold a row it is sending, and the waits between attempts; the last one repeats never.
DELIVERY_LEASE = timedelta(seconds=env.int("DELIVERY_LEASE_SECONDS", 120))
DELIVERY_RETRY_SECONDS: list[int] = env.list(
    "DELIVERY_RETRY_SECONDS", [60, 300, 1800, 7200, 21600, 43200, 86400], subcast=int
)
MAIL_MAX_BYTES = env.int("MAIL_MAX_BYTES", 10_000_000)  # to a body that says nothing else; the rest is a link
CASE_FILES = env.bool("CASE_FILES", True)  # the case as a PDF with letters to bodies: half a second of work for each
# A contact that fails so often in a row gets nothing for so many minutes, longer each time; one that never answers
# so many letters, the first of them so many days old, is silent. Employees are told once of either.
CONTACT_PAUSE_AFTER = env.int("CONTACT_PAUSE_AFTER", 5)
CONTACT_PAUSE_MINUTES: list[int] = env.list("CONTACT_PAUSE_MINUTES", [60, 240, 1440], subcast=int)
CONTACT_SILENT_AFTER = env.int("CONTACT_SILENT_AFTER", 10)
CONTACT_SILENT_FOR = timedelta(days=env.int("CONTACT_SILENT_DAYS", 45))
DELIVERY_STUCK = timedelta(hours=env.int("DELIVERY_STUCK_HOURS", 24))  # a letter that waits for longer stands on top

# -- Other bodies' servers (forwarding/outward) -------------------------------------------------------------
# Addresses that somebody typed in lead to the public internet only, and into these networks ("10.1.2.0/24").
OUTBOUND_ALLOWED_NETWORKS: list[IPv4Network | IPv6Network] = env.list(
    "OUTBOUND_ALLOWED_NETWORKS", [], subcast=ip_network
)
OUTBOUND_SECONDS = env.float("OUTBOUND_SECONDS", 30.0)  # for one exchange, with all its redirects
OUTBOUND_PAUSE_SECONDS = env.float("OUTBOUND_PAUSE_SECONDS", 10.0)  # the longest silence within it
OUTBOUND_MAX_BYTES = env.int("OUTBOUND_MAX_BYTES", 5 * 1024 * 1024)  # of an answer

# -- People -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "jarokelo.demo.backends.RefuseDemoPassword",
    "allauth.account.auth_backends.AuthenticationBackend",
    "accounts.backends.EmployeeBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # an address is enough
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 60 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8}  # "1234-5678": phones offer it above their keys
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True  # one address; a new one takes its place once it is confirmed
ACCOUNT_EMAIL_SUBJECT_PREFIX = EMAIL_SUBJECT_PREFIX
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed address, password or second factor is told by mail
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# An address that somebody typed gets one mail an hour until it is confirmed; a code for signing in may be lost.
ACCOUNT_RATE_LIMITS = {
    "confirm_email": "1/h/key",
    "reset_password": "20/m/ip,3/h/key",
    "request_login_code": "20/m/ip,5/h/key",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
SIGN_IN_LINK_LIFE = timedelta(hours=1)

MFA_ADAPTER = "accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # phones' clocks go wrong by half a minute
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # http://localhost on a laptop
# Employees, moderators and officers must set up a second factor before they go on.
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", False)

# Other sites' accounts, each switched on by its id and secret (`docs/operations.md`).
SOCIALACCOUNT_ADAPTER = "accounts.social.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = social_providers(env)
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form's redirect to another host is against our own policy
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

# -- Languages --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "hu"
LANGUAGES = [("hu", _("Hungarian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = env.str("TIME_ZONE", "Europe/Budapest")
USE_TZ = True
FORMAT_MODULE_PATH = ["jarokelo.formats"]
USE_THOUSAND_SEPARATOR = True

# -- Files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / ".local" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Where the demo's mail server keeps what it gets, for /demo/mail/.
DEMO_MAIL_DIR = Path(env.str("DEMO_MAIL_DIR", str(BASE_DIR / ".local" / "mail")))
# Nothing under MEDIA_ROOT has an address of its own: photos are served by views that check who may see them.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / ".local" / "media")))
MEDIA_URL = ""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "jarokelo.staticfiles.HashedFiles"},
}
# Five photos of 20 MB each and a form around them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 50  # more than `PHOTO_MAX_COUNT`: who picks too many gets a word, not a 400
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
PHOTO_MAX_COUNT = 5
PHOTO_MAX_REPORT = 20  # with all that is added later
PHOTO_MAX_BYTES = 20 * 1024 * 1024
PHOTO_MAX_PIXELS = 60_000_000
# The browser makes larger ones smaller before they go up (longest side in pixels); 0: it never does.
PHOTO_SHRINK_TO = env.int("PHOTO_SHRINK_TO", 2560)
# One person, or one address without anybody signed in: many share the address of a mobile network.
UPLOADS_PER_HOUR = env.int("UPLOADS_PER_HOUR", 300)
UPLOAD_DAY_BYTES = env.int("UPLOAD_DAY_MEGABYTES", 4096) * 1024 * 1024
PDF_PER_10_MINUTES = env.int("PDF_PER_10_MINUTES", 20)  # for one visitor: each costs about a second of work
# Reports an hour (reports/limits.py): behind one network address, with a new mail address, by a known person; each
# published report lets one send so many more, up to the last number.
SEND_PER_NETWORK = env.int("SEND_PER_NETWORK", 60)
SEND_PER_GUEST = env.int("SEND_PER_GUEST", 6)
SEND_PER_PERSON = env.int("SEND_PER_PERSON", 20)
SEND_TRUST_STEP = env.int("SEND_TRUST_STEP", 4)
SEND_AT_MOST = env.int("SEND_AT_MOST", 300)
SEND_FASTEST = timedelta(seconds=env.int("SEND_FASTEST_SECONDS", 3))  # a guest's form needs at least so long
# The day of the privacy notice's last change; each report keeps which one its reporter saw.
PRIVACY_VERSION = env.str("PRIVACY_VERSION", "2026-11-25")
UPLOAD_KEEP = timedelta(days=1)  # a photo that no report claimed

# "Is it this one?" while one writes (reports/lookalikes.py).
SIMILAR_METRES = env.int("SIMILAR_METRES", 150)  # where the category does not say
SIMILAR_CLOSED = timedelta(days=env.int("SIMILAR_CLOSED_DAYS", 60))  # closed ones are offered for so long
SIMILAR_SCORE = env.float("SIMILAR_SCORE", 0.7)  # of 1: how sure it must be; higher offers less
SIMILAR_PHOTO_BITS = env.int("SIMILAR_PHOTO_BITS", 12)  # of 64: so many may differ between photos that look alike

# Off: browsers that have our service worker are told to drop it, with all that it kept.
SERVICE_WORKER = env.bool("SERVICE_WORKER", True)

# Suggestions learned from moderators' choices (municipalities/learned): a model older than this is not asked any more,
# and how likely (of 1) the best guess must be; else the rules go alone.
SUGGESTIONS_KEEP_DAYS = env.int("SUGGESTIONS_KEEP_DAYS", 60)
SUGGESTIONS_SURE = env.float("SUGGESTIONS_SURE", 0.25)

# -- Map --------------------------------------------------------------------------------------------------
MAP_CENTER: list[float] = env.list("MAP_CENTER", [19.0402, 47.4979], subcast=float)  # lon, lat
MAP_ZOOM = env.int("MAP_ZOOM", 12)
# The only thing that pages load from another host. Empty: the map shows boundaries and reports alone.
TILE_URL = env.str("TILE_URL", "https://tile.openstreetmap.org/{z}/{x}/{y}.png")
TILE_ATTRIBUTION = env.str("TILE_ATTRIBUTION", "© OpenStreetMap contributors")
# A server that speaks as Nominatim does. Empty: search takes coordinates and plus codes only, and says so.
GEOCODER_URL = env.str("GEOCODER_URL", "").rstrip("/")
GEOCODER_COUNTRIES: list[str] = env.list("GEOCODER_COUNTRIES", ["hu"])
GEOCODER_TIMEOUT = env.float("GEOCODER_TIMEOUT", 3.0)  # seconds that a page waits at most
GEOCODER_PER_SECOND = env.float("GEOCODER_PER_SECOND", 1.0)  # of all visitors together; 0: no limit
GEOCODER_PER_VISITOR = env.int("GEOCODER_PER_VISITOR", 30)  # searches and addresses a minute
# A file between its trial and its confirmation lies where every web process finds it.
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.CacheStorage"
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
LEAFLET_CONFIG = {
    "DEFAULT_CENTER": (MAP_CENTER[1], MAP_CENTER[0]),
    "DEFAULT_ZOOM": MAP_ZOOM,
    "TILES": [("OpenStreetMap", TILE_URL, {"attribution": TILE_ATTRIBUTION})] if TILE_URL else [],
    "RESET_VIEW": False,
    "ATTRIBUTION_PREFIX": "Leaflet",
}

# -- Security ---------------------------------------------------------------------------------------------
_tile_host = "{0.scheme}://{0.netloc}".format(urlsplit(TILE_URL)).replace("{s}", "*") if TILE_URL else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *([_tile_host] if _tile_host else [])],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# Tile servers want to know the site; other sites never learn the page.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", False):
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else its limits take all visitors for one: the proxy
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Debian 12's GDAL cannot block file access from spatial references; we never take one from anybody.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

# -- The life of a report: terms ---------------------------------------------------------------------------
# How long what moderators decide is told to nobody, so that it can be undone without a trace; 0: told at once.
UNDO_SECONDS = env.int("UNDO_SECONDS", 60)
# From how many published reports on, none refused, a reporter is published by rule; 0: nobody, unless somebody says so.
TRUST_AFTER = env.int("TRUST_AFTER", 0)
# A changed rule of responsibility is tried on the reports of so many days, the newest so many of those it concerns.
RULE_TRIAL_DAYS = env.int("RULE_TRIAL_DAYS", 30)
RULE_TRIAL_REPORTS = env.int("RULE_TRIAL_REPORTS", 200)
READINGS_KEEP = timedelta(days=env.int("READINGS_KEEP_DAYS", 730))  # who of the staff read whose data
HIGHLIGHT_DAYS = env.int("HIGHLIGHT_DAYS", 90)  # the longest that a report is pointed out at once
SAMPLE_LETTERS_AN_HOUR = env.int("SAMPLE_LETTERS_AN_HOUR", 20)  # test letters that a moderator sends to themselves
# Two people at one case of the desk: how long it stays somebody's after the last sign of their open page, how often
# that page gives a sign, and after how many days a case that was given to somebody goes to the next one.
DESK_LEASE = timedelta(minutes=env.int("DESK_LEASE_MINUTES", 15))
DESK_POLL_SECONDS = env.int("DESK_POLL_SECONDS", 20)
DESK_PRESENT_FOR = timedelta(seconds=3 * DESK_POLL_SECONDS)
DESK_GIVEN_FOR = timedelta(days=env.int("DESK_GIVEN_DAYS", 7))
WITHDRAW_WINDOW = timedelta(minutes=15)
REOPEN_WITHIN = timedelta(days=env.int("REOPEN_WITHIN_DAYS", 180))  # by the reporter, after closing
REOPEN_AT_MOST = env.int("REOPEN_AT_MOST", 3)  # times by the reporter; the desk may at any time
ANSWER_DAYS = env.int("ANSWER_DAYS", 30)  # when the responsibility does not say
HOLIDAYS_COUNTRY = env.str("HOLIDAYS_COUNTRY", "HU")  # whose public holidays are no working days
OFFICER_LINK_LIFE = timedelta(days=90)  # after closing
INVITATION_LIFE = timedelta(days=14)  # to work for a body
INVITATIONS_A_DAY = 30  # of one body
OFFICE_XLSX_AT_MOST = 20_000  # cases of one file: 18 000 take 11 seconds of a web worker; CSV knows no end
DRAFT_KEEP = timedelta(days=90)  # untouched; the person is warned at `DRAFT_WARN`
DRAFT_WARN = timedelta(days=75)
DRAFT_MAX_COUNT = 20  # of one person
DRAFT_MAX_BYTES = 32_000  # of one draft's words
CONFIRMATION_MAIL_EVERY = timedelta(hours=1)  # to one unconfirmed address
ALERTS_AT_MOST = 20  # of one person
ALERT_QUESTIONS_AT_MOST = 5  # that wait for one address to be confirmed
ALERT_QUESTION_KEEP = timedelta(days=14)  # an alert for a typed address that was never confirmed
FOLLOW_REQUEST_KEEP = timedelta(days=14)  # an address that was typed to follow a report, and never confirmed
# What happens by itself (`reports/timers.py`), counted from entering the status or from the promised day.
TERMS = {
    "confirm_again": timedelta(hours=24),
    "forget": timedelta(days=14),
    "alarm": timedelta(days=3),
    "tell_delay": timedelta(days=7),
    "info_again": timedelta(days=7),
    "info_ends": timedelta(days=21),
    "ask_promised": timedelta(0),
    "ask_promised_again": timedelta(days=7),
    "ask_progress": timedelta(days=60),
    "solved_again": timedelta(days=7),
    "solved_stated": timedelta(days=30),
    # A body's first answer: around its due day (which the responsibility sets) …
    "remind_before": timedelta(days=-7),
    "remind_due": timedelta(0),
    "escalate": timedelta(days=15),
    # … and after sending; but not before `NO_ANSWER_AFTER_DUE`, where the due day lies late.
    "no_answer": timedelta(days=60),
    "nobody": timedelta(days=60),  # while nobody has the case
    # While a body works on it: after its promised day, or without one after its answer.
    "body_promised": timedelta(0),
    "body_promised_again": timedelta(days=7),
    "not_kept": timedelta(days=30),
    "ask_date": timedelta(days=30),
    "no_solution": timedelta(days=120),
}
NO_ANSWER_AFTER_DUE = timedelta(days=30)
TIMER_GRACE = timedelta(days=7)  # between a reminder that went out late and the end it speaks of
ORIGINALS_KEEP = timedelta(days=180)  # the private originals of photos, after the report has ended

# -- What people write under reports ------------------------------------------------------------------------
COMMENT_EDIT_WINDOW = timedelta(minutes=5)
COMMENT_MAX_LINKS = 2  # more wait for a moderator
COMMENT_FLOOD = 3  # in ten minutes, by one person; the next ones wait for a moderator
TALK_PER_PERSON = env.int("TALK_PER_PERSON", 12)  # comments and proofs in an hour
TALK_PER_ADDRESS = env.int("TALK_PER_ADDRESS", 40)  # from one network address: a school may share it
FLAGS_PER_ADDRESS = env.int("FLAGS_PER_ADDRESS", 15)
# Mail addresses that are typed to follow a report or for an alert, each of which gets a question: in an hour.
QUESTIONS_PER_ADDRESS = env.int("QUESTIONS_PER_ADDRESS", 20)
FLAGS_HIDE_AFTER = env.int("FLAGS_HIDE_AFTER", 3)  # voices that see personal data: hidden until looked at

# -- Log --------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"no_tokens": {"()": "jarokelo.logs.HideTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_tokens"]}},
    "loggers": {
        "django": {"handlers": []},  # its own would say everything twice, tokens included
        "geopy": {"level": "ERROR"},  # or it would write down what people search for
        "weasyprint": {"level": "ERROR"},  # or it would tell every step of every PDF
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}
