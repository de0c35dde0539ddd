"""What allauth lacks; its own addresses are included beside these."""

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_set
from django.urls import path

from accounts import reauthentication, sessions, sign_in_links

urlpatterns = [
    # allauth's own lets any old session set the first password.
    path("password/set/", reauthentication_required(password_set), name="account_set_password"),
    path("login/link/<str:token>/", sign_in_links.sign_in, name="sign_in_link"),
    path("reauthenticate/code/", reauthentication.by_code, name="reauthenticate_by_code"),
    path("sessions/<int:pk>/end/", sessions.end_session, name="session_end"),
]
