from django.urls import path

from forwarding.office.views import case, exports, listing, map, saved

urlpatterns = [
    path("", listing.office, name="office"),
    path("<int:pk>", case.office_case, name="office_case"),
    path("<int:pk>/pdf", exports.office_pdf, name="office_pdf"),
    path("export", exports.office_export, name="office_export"),
    path("export/<str:kind>", exports.office_export_file, name="office_export_file"),
    path("print", exports.office_print, name="office_print"),
    path("map", map.office_map, name="office_map"),
    path("map/cases", map.office_map_cases, name="office_map_cases"),
    path("views/", saved.office_views, name="office_views"),
    path("views/<int:pk>", saved.office_view, name="office_view"),
]
