from django.urls import path

from forwarding.office.views import case, listing, saved

urlpatterns = [
    path("", listing.office, name="office"),
    path("<int:pk>", case.office_case, name="office_case"),
    path("views/", saved.office_views, name="office_views"),
    path("views/<int:pk>", saved.office_view, name="office_view"),
]
