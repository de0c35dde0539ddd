"""What people write under a report."""

from django.urls import path

from reports.views import comments, flags, ratings, sightings

urlpatterns = [
    path("reports/<slug:reference>/comments", comments.comment_new, name="comment_new"),
    path("comments/<int:pk>", comments.comment_own, name="comment_own"),
    path("comment/<str:token>", comments.comment_by_link, name="comment_by_link"),
    path("reports/<slug:reference>/solved", sightings.sighting_new, name="sighting_new"),
    path("sighting/<str:token>", sightings.sighting_by_link, name="sighting_by_link"),
    path("reports/<slug:reference>/answers/<int:pk>/rating", ratings.answer_rating, name="answer_rating"),
    path("reports/<slug:reference>/flag", flags.flag_new, name="flag_new"),
]
