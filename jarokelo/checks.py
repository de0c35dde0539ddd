"""Combinations of settings that are each fine alone and wrong together. `manage.py check` names them with a hint."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from forwarding.mailbox import Address
from jarokelo.demo import all_local


@register(Tags.security)
def demo_is_local(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if not settings.DEMO or all_local(settings.ALLOWED_HOSTS):
        return []
    return [
        Error(
            "DEMO is on, and ALLOWED_HOSTS names a host that others can reach.",
            hint="Everybody knows the demo's passwords. Unset DEMO, or allow only localhost and 127.0.0.1.",
            id="jarokelo.E001",
        )
    ]


@register(Tags.security)
def any_host_is_refused(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS lets every host name through.",
            hint="Name the hosts of this site: links in some mails are built from them.",
            id="jarokelo.E002",
        )
    ]


@register(Tags.security)
def secret_key_is_long(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    key = settings.SECRET_KEY
    if len(key) >= 40 and len(set(key)) >= 10:
        return []
    return [
        Error(
            "SECRET_KEY is too short or too uniform; it signs the links in every mail.",
            hint="python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id="jarokelo.E003",
        )
    ]


@register(Tags.security, deploy=True)
def site_is_https(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if settings.HTTPS:
        return []
    return [
        Warning(
            "SITE_URL does not begin with https://.",
            hint="Sign-in, and the links in mails, need it. Set SITE_URL to the public address.",
            id="jarokelo.W001",
        )
    ]


@register(Tags.security, deploy=True)
def mail_domain_is_ours(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    domain = settings.MAIL_DOMAIN
    if settings.HTTPS and ("." not in domain or all_local([domain])):
        return [
            Warning(
                f"MAIL_DOMAIN is {domain}: answers to our mails would go nowhere.",
                hint="Set MAIL_DOMAIN to the domain whose incoming mail reaches `manage.py receive_mail`.",
                id="jarokelo.W002",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def proxy_is_known(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if not settings.HTTPS or settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        Warning(
            "SITE_URL is https, and BEHIND_PROXY is off: the site would redirect for ever.",
            hint="Set BEHIND_PROXY=true; the proxy must set X-Forwarded-Proto itself and pass on no such header.",
            id="jarokelo.W003",
        )
    ]


@register(Tags.security)
def incoming_mail_is_set_up(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.ANSWERS_BY_RULE and not settings.MAIL_AUTHSERV_ID:
        found.append(
            Warning(
                "ANSWERS_BY_RULE is on, but MAIL_AUTHSERV_ID is empty: no answer would ever be published by rule.",
                hint="Set MAIL_AUTHSERV_ID to the name that your mail server writes into Authentication-Results.",
                id="jarokelo.W004",
            )
        )
    if settings.IMAP_URL:
        try:
            Address.parse(settings.IMAP_URL)
        except ValueError as error:
            found.append(Error(f"IMAP_URL is no mailbox: {error}", hint="See docs/operations.md.", id="jarokelo.E005"))
    if settings.MAIL_HOOK_SECRET and len(settings.MAIL_HOOK_SECRET) < 32:
        found.append(
            Error(
                "MAIL_HOOK_SECRET can be guessed: it has fewer than 32 characters.",
                hint="python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
                id="jarokelo.E006",
            )
        )
    return found


@register(Tags.security)
def geocoder_has_an_address(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    url = settings.GEOCODER_URL
    if not url or (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        return []
    return [
        Error(
            f"GEOCODER_URL is no web address: {url}",
            hint="Write it as https://nominatim.example.org, without /search; leave it empty for no address search.",
            id="jarokelo.E004",
        )
    ]
