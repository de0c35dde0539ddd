from django.urls import path

from notifications import views

urlpatterns = [
    path("unsubscribe/<token>", views.unsubscribe, name="unsubscribe"),
]
