from django.urls import path

from forwarding.office.views import case, listing

urlpatterns = [
    path("", listing.office, name="office"),
    path("<int:pk>", case.office_case, name="office_case"),
]
