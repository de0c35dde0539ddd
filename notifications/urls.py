from django.urls import path

from notifications import gratitude_views, people_views, settings_views, views
from notifications.alerts import views as alerts

urlpatterns = [
    path("people/<slug:slug>", people_views.person_page, name="person_page"),
    path("thanks", people_views.thanks, name="thanks"),
    path("my/thanks", gratitude_views.my_thanks, name="my_thanks"),
    path("reports/<slug:reference>/thanks", gratitude_views.report_thanks, name="report_thanks"),
    path("my/profile", people_views.my_profile, name="my_profile"),
    path("my/profile/lists", people_views.my_lists, name="my_lists"),
    path("reports/<slug:reference>/news", views.follow_by_mail, name="follow_by_mail"),
    path("my/settings", settings_views.my_settings, name="my_settings"),
    path("my/filter", settings_views.my_filter, name="my_filter"),
    path("follow/<token>", views.follow_confirm, name="follow_confirm"),
    path("unsubscribe/<token>", views.unsubscribe, name="unsubscribe"),
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/new", alerts.alert_new, name="alert_new"),
    path("alerts/asked", alerts.alert_asked, name="alert_asked"),
    path("alerts/<int:pk>", alerts.alert, name="alert"),
    path("alerts/by-mail/<token>", alerts.alert_by_mail, name="alert_by_mail"),
    path("alerts/stop/<token>", alerts.alert_stop, name="alert_stop"),
]
