"""Every address of the site. Paths are an interface: a change needs a line in CHANGELOG."""

from allauth.urls import build_provider_urlpatterns
from django.contrib import admin
from django.urls import include, path

from accounts import my_data
from jarokelo import offline
from jarokelo.health import healthz

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("notifications.urls")),
    path("", include("forwarding.urls")),
    path("my/data", my_data.my_data, name="my_data"),
    path("my/erase", my_data.my_erase, name="my_erase"),
    path("desk/", include("moderation.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/", include(build_provider_urlpatterns())),
    path("i18n/", include("django.conf.urls.i18n")),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("offline", offline.offline_page, name="offline_page"),
    path("report/offline", offline.offline_form, name="offline_form"),
    path("healthz", healthz, name="healthz"),
    path("demo/", include("jarokelo.demo.urls")),
]
