from django.urls import path

from reports.views import confirm, new, owner

urlpatterns = [
    path("report/new", new.report_new, name="report_new"),
    path("report/photo-position", new.photo_position, name="photo_position"),
    path("report/done/<str:token>", new.report_done, name="report_done"),
    path("confirm/<str:token>", confirm.report_confirm, name="report_confirm"),
    path("own/<str:token>", owner.owner, name="owner"),
    path("reports/<slug:reference>/own", owner.my_report, name="my_report"),
]
