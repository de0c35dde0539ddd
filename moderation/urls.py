from django.urls import path

from moderation import views

# A reference has eight characters, so that no fixed word here may have as many.
urlpatterns = [
    path("", views.desk, name="desk"),
    path("new", views.desk_new, name="desk_new"),
    path("keys", views.desk_keys, name="desk_keys"),
    path("mail/<int:pk>", views.desk_mail, name="desk_mail"),
    path("mail/<int:pk>/raw", views.desk_mail_raw, name="desk_mail_raw"),
    path("history", views.desk_history, name="desk_history"),
    path("readings", views.desk_readings, name="desk_readings"),
    path("team", views.desk_team, name="desk_team"),
    path("people", views.desk_people, name="desk_people"),
    path("people/<slug:kind>/<int:pk>/lift", views.desk_lift, name="desk_lift"),
    path("acts/<int:pk>/approve", views.desk_approve, name="desk_approve"),
    path("acts/<int:pk>/undo", views.desk_undo, name="desk_undo"),
    path("failed/<slug:kind>/<int:pk>", views.desk_retry, name="desk_retry"),
    path("talk/<slug:kind>/<int:pk>", views.desk_talk, name="desk_talk"),
    path("<slug:reference>/steps/<int:pk>/hide", views.desk_hide_step, name="desk_hide_step"),
    path("<slug:reference>/photos/<int:pk>", views.desk_photo, name="desk_photo"),
    path("<slug:reference>/photos/<int:pk>/picture.jpg", views.desk_photo_picture, name="desk_photo_picture"),
    path("<slug:reference>", views.desk_case, name="desk_case"),
    path("<slug:reference>/ban", views.desk_ban, name="desk_ban"),
    path("<slug:reference>/trust", views.desk_trust, name="desk_trust"),
    path("<slug:reference>/reporter", views.desk_reporter, name="desk_reporter"),
    path("<slug:reference>/merge", views.desk_merge, name="desk_merge"),
    path("<slug:reference>/split", views.desk_split, name="desk_split"),
    path("<slug:reference>/highlight", views.desk_highlight, name="desk_highlight"),
    path("<slug:reference>/answers", views.desk_answers, name="desk_answers"),
    path("<slug:reference>/answer", views.desk_answer, name="desk_answer"),
    path("<slug:reference>/letters", views.desk_letters, name="desk_letters"),
    path("<slug:reference>/preview", views.desk_preview, name="desk_preview"),
    path("<slug:reference>/word", views.desk_word, name="desk_word"),
    path("<slug:reference>/suggestions", views.desk_suggestions, name="desk_suggestions"),
]
