from django.urls import path

from forwarding.office.views import bodies, bulk, case, exports, invitations, listing, map, people, saved

urlpatterns = [
    path("", listing.office, name="office"),
    path("<int:pk>", case.office_case, name="office_case"),
    path("<int:pk>/pdf", exports.office_pdf, name="office_pdf"),
    path("bulk/", bulk.office_bulk, name="office_bulk"),
    path("bulk/<int:pk>", bulk.office_bulk_run, name="office_bulk_run"),
    path("export", exports.office_export, name="office_export"),
    path("export/<str:kind>", exports.office_export_file, name="office_export_file"),
    path("print", exports.office_print, name="office_print"),
    path("map", map.office_map, name="office_map"),
    path("map/cases", map.office_map_cases, name="office_map_cases"),
    path("<int:pk>/hand-over", case.office_hand_over, name="office_hand_over"),
    path("views/", saved.office_views, name="office_views"),
    path("views/<int:pk>", saved.office_view, name="office_view"),
    path("people/", people.office_people, name="office_people"),
    path("people/<int:pk>", people.office_body, name="office_body"),
    path("people/<int:pk>/members/<int:member>", people.office_member, name="office_member"),
    path("people/<int:pk>/units", bodies.office_units, name="office_units"),
    path("people/<int:pk>/texts", bodies.office_texts, name="office_texts"),
    path("people/<int:pk>/texts/new", bodies.office_text, name="office_text_new"),
    path("people/<int:pk>/texts/<int:text>", bodies.office_text, name="office_text"),
    path("invitation/<str:token>", invitations.office_invitation, name="office_invitation"),
]
