"""Addresses of the expert's desk, all below /desk/."""

from django.urls import path

from reviews.desk import meeting, papers, views

app_name = "desk"

urlpatterns = [
    path("", views.files, name="files"),
    path("profile/", views.profile, name="profile"),
    path("ties/<int:pk>/drop/", views.drop_tie, name="drop_tie"),
    path("join/<str:code>/", views.join, name="join"),
    path("meetings/<int:pk>/", meeting.page, name="meeting"),
    path("meetings/<int:pk>/items/<int:item>/vote/", meeting.vote, name="vote"),
    path("panels/<int:pk>/print/", papers.print_sheet, name="print_sheet"),
    path("records/<uuid:pk>/sign/", papers.sign, name="sign"),
    path("records/<uuid:pk>/<slug:which>/", papers.paper, name="record"),
    path("files/<uuid:pk>/", views.file, name="file"),
    path("files/<uuid:pk>/clear/", views.clear, name="clear"),
    path("files/<uuid:pk>/recuse/", views.recuse, name="recuse"),
    path("files/<uuid:pk>/save/", views.save, name="save"),
    path("files/<uuid:pk>/sheet/", views.sheet, name="sheet"),
    path("files/<uuid:pk>/papers/<int:number>/", views.paper, name="paper"),
]
