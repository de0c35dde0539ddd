from django.urls import path

from notifications import views

urlpatterns = [
    path("follow/<token>", views.follow_confirm, name="follow_confirm"),
    path("unsubscribe/<token>", views.unsubscribe, name="unsubscribe"),
]
