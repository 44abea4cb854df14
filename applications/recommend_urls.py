"""Addresses of a recommending unit's work, all below /recommend/."""

from django.urls import path

from applications.views import list_sealing, recommend, recommend_list

app_name = "recommend"

urlpatterns = [
    path("", recommend.desks, name="desks"),
    path("<int:level_pk>/", recommend.desk, name="desk"),
    path("<int:level_pk>/compare/", recommend.compare, name="compare"),
    path("entries/<int:pk>/", recommend.entry, name="entry"),
    path("entries/<int:pk>/place/", recommend.place, name="place"),
    path("entries/<int:pk>/opinion/", recommend.opinion, name="opinion"),
    path("entries/<int:pk>/refuse/", recommend.refuse, name="refuse"),
    path("entries/<int:pk>/return/", recommend.send_back, name="return"),
    path("entries/<int:pk>/reconsider/", recommend.reconsider, name="reconsider"),
    path("lists/<uuid:pk>/", recommend_list.show, name="list"),
    path("lists/<uuid:pk>/order/", recommend_list.order, name="order"),
    path("lists/<uuid:pk>/next/", recommend_list.pass_to, name="pass_to"),
    path("lists/<uuid:pk>/freeze/", recommend_list.freeze, name="freeze"),
    path("lists/<uuid:pk>/take-back/", recommend_list.take_back, name="take_back"),
    path("lists/<uuid:pk>/letter/", recommend_list.letter, name="letter"),
    path("lists/<uuid:pk>/scan/", recommend_list.scan, name="scan"),
    path("lists/<uuid:pk>/seal/", list_sealing.seal, name="seal"),
    path("lists/<uuid:pk>/hand-in/", recommend_list.hand_in, name="hand_in"),
    path("lists/<uuid:pk>/table/pdf/", recommend_list.table_pdf, name="table_pdf"),
    path("lists/<uuid:pk>/receipt/pdf/", recommend_list.receipt_pdf, name="receipt_pdf"),
    path("lists/<uuid:pk>/papers/<slug:paper>/", recommend_list.paper, name="paper"),
]
