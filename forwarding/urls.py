from django.urls import include, path

from forwarding import hooks, views

urlpatterns = [
    path("o/<str:token>", views.officer_case, name="officer_case"),
    path("o/<str:token>/photos/<slug:photo>/<slug:size>.jpg", views.officer_photo, name="officer_photo"),
    path("hooks/mail/", hooks.mail_hook, name="mail_hook"),
    path("office/", include("forwarding.office.urls")),
]
