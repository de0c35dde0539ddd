"""`POST /hooks/mail/`: a mail provider hands over a raw mail (RFC 5322) as the body of the request.

    curl --fail --header "Authorization: Bearer $MAIL_HOOK_SECRET" --data-binary @mail.eml https://…/hooks/mail/

2xx only after the mail is stored; anything else asks to keep it and come again. The same mail twice is stored once.
"""

import logging

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from forwarding.incoming import store_mail
from reports.pace import is_too_fast

logger = logging.getLogger(__name__)

WRONG_PER_HOUR = 30  # from one network, before it is not even listened to


@csrf_exempt  # the secret is the right; a browser has neither it nor a reason to come here
@never_cache
@require_POST
def mail_hook(request: HttpRequest) -> HttpResponse:
    if not settings.MAIL_HOOK_SECRET:
        raise Http404
    if not knows_secret(request):
        if is_too_fast(request, "mail-hook", at_most=WRONG_PER_HOUR, seconds=3600):
            return _said("too many wrong secrets", 429)
        return _said("wrong secret", 403)
    raw = request.read(settings.MAIL_IN_MAX_BYTES + 1)
    if not raw:
        return _said("no mail in the body", 400)
    if len(raw) > settings.MAIL_IN_MAX_BYTES:
        return _said("too large", 413)
    if len(raw) < int(request.META.get("CONTENT_LENGTH") or 0):
        return _said("the body broke off", 400)  # half a mail is no mail: the whole one comes again
    try:
        mail = store_mail(raw)
    except DatabaseError:
        logger.exception("a mail from the hook could not be stored")
        return _said("not stored, try later", 503)
    return JsonResponse({"stored": mail.pk})


def knows_secret(request: HttpRequest) -> bool:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and constant_time_compare(secret.strip(), settings.MAIL_HOOK_SECRET)


def _said(words: str, status: int) -> JsonResponse:
    return JsonResponse({"error": words}, status=status)
