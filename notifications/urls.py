from django.urls import path

from notifications import people_views, settings_views, views

urlpatterns = [
    path("people/<slug:slug>", people_views.person_page, name="person_page"),
    path("thanks", people_views.thanks, name="thanks"),
    path("my/profile", people_views.my_profile, name="my_profile"),
    path("my/profile/lists", people_views.my_lists, name="my_lists"),
    path("reports/<slug:reference>/news", views.follow_by_mail, name="follow_by_mail"),
    path("my/settings", settings_views.my_settings, name="my_settings"),
    path("my/filter", settings_views.my_filter, name="my_filter"),
    path("follow/<token>", views.follow_confirm, name="follow_confirm"),
    path("unsubscribe/<token>", views.unsubscribe, name="unsubscribe"),
]
