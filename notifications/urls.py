from django.urls import path

from notifications import settings_views, views

urlpatterns = [
    path("reports/<slug:reference>/news", views.follow_by_mail, name="follow_by_mail"),
    path("my/settings", settings_views.my_settings, name="my_settings"),
    path("my/filter", settings_views.my_filter, name="my_filter"),
    path("follow/<token>", views.follow_confirm, name="follow_confirm"),
    path("unsubscribe/<token>", views.unsubscribe, name="unsubscribe"),
]
