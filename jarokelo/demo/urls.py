from django.urls import path

from jarokelo.demo import views

urlpatterns = [
    path("mail/", views.mail_list, name="demo_mail"),
    path("mail/delete/", views.mail_delete, name="demo_mail_delete"),
    path("mail/<str:key>/", views.mail_detail, name="demo_mail_detail"),
    path("mail/<str:key>/html/", views.mail_html, name="demo_mail_html"),
    path("mail/<str:key>/raw/", views.mail_raw, name="demo_mail_raw"),
    path("mail/<str:key>/part/<int:number>/", views.mail_part, name="demo_mail_part"),
]
