from django.urls import path

from forwarding.office.views import case, listing, map, saved

urlpatterns = [
    path("", listing.office, name="office"),
    path("<int:pk>", case.office_case, name="office_case"),
    path("map", map.office_map, name="office_map"),
    path("map/cases", map.office_map_cases, name="office_map_cases"),
    path("views/", saved.office_views, name="office_views"),
    path("views/<int:pk>", saved.office_view, name="office_view"),
]
