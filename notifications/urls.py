from django.urls import path

from notifications import views

urlpatterns = [
    path("reports/<slug:reference>/news", views.follow_by_mail, name="follow_by_mail"),
    path("follow/<token>", views.follow_confirm, name="follow_confirm"),
    path("unsubscribe/<token>", views.unsubscribe, name="unsubscribe"),
]
