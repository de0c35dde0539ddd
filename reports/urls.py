from django.contrib.sitemaps.views import sitemap
from django.urls import path

from reports.sitemaps import ReportSitemap
from reports.views import (
    addresses,
    confirm,
    detail,
    drafts,
    front,
    listing,
    map,
    new,
    owner,
    owner_edit,
    photos,
    uploads,
)

urlpatterns = [
    path("", front.front, name="front"),
    path("about", front.about, name="about"),
    path("robots.txt", front.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"reports": ReportSitemap}}, name="sitemap"),
    path("reports", listing.report_list, name="report_list"),
    path("reports/<slug:reference>", detail.report_detail, name="report_detail"),
    path("reports/<slug:reference>/follow", detail.report_follow, name="report_follow"),
    path("reports/<slug:reference>/support", detail.report_support, name="report_support"),
    path("reports/<slug:reference>/files/<int:pk>", photos.event_attachment, name="event_attachment"),
    path("photos/<slug:token>/<slug:size>.jpg", photos.photo, name="photo"),
    path("map", map.map_page, name="map"),
    path("map/reports.json", map.map_reports, name="map_reports"),
    path("map/areas.json", map.map_areas, name="map_areas"),
    path("r/<slug:source_id>", addresses.source_redirect, name="source_redirect"),
    path("bejelentesek/<str:city>/<slug:source_id>", addresses.old_address, name="old_address_bare"),
    path("bejelentesek/<str:city>/<slug:source_id>/<path:slug>", addresses.old_address, name="old_address"),
    path("report/new", drafts.new_or_draft, name="report_new"),
    path("report/drafts", drafts.drafts, name="drafts"),
    path("report/drafts/<uuid:submission>/delete", drafts.draft_delete, name="draft_delete"),
    path("report/photos", uploads.photo_upload, name="photo_upload"),
    path("report/photos/<slug:token>", uploads.photo_remove, name="photo_remove"),
    path("report/done/<str:token>", new.report_done, name="report_done"),
    path("confirm/<str:token>", confirm.report_confirm, name="report_confirm"),
    path("own/<str:token>", owner.owner, name="owner"),
    path("own/<str:token>/edit", owner_edit.owner_edit, name="owner_edit"),
    path("reports/<slug:reference>/own", owner.my_report, name="my_report"),
    path("reports/<slug:reference>/own/edit", owner_edit.my_report_edit, name="my_report_edit"),
]
