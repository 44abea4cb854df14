"""Addresses of a unit's work, all below /my/."""

from django.urls import path

from applications.views import (
    files,
    frozen,
    handin,
    packet,
    partners,
    recommender,
    sealing,
    start,
    steps,
    work,
)

app_name = "applications"

urlpatterns = [
    path("", work.my, name="my"),
    path("start/<int:category_id>/", start.start, name="start"),
    path("packets/<uuid:pk>/", packet.overview, name="packet"),
    path("packets/<uuid:pk>/check/", packet.check, name="check"),
    path("packets/<uuid:pk>/add/", packet.add, name="add"),
    path("packets/<uuid:pk>/plan/<slug:section>/save/", steps.save_plan, name="save_plan"),
    path("packets/<uuid:pk>/plan/<slug:section>/", steps.plan_step, name="plan_step"),
    path("packets/<uuid:pk>/recommender/", recommender.choose, name="recommender"),
    path("packets/<uuid:pk>/preview/", frozen.preview, name="preview"),
    path("packets/<uuid:pk>/sign-off/", frozen.sign_off, name="signoff"),
    path("packets/<uuid:pk>/take-back/", frozen.take_back, name="take_back"),
    path("packets/<uuid:pk>/form/", frozen.form, name="form"),
    path("packets/<uuid:pk>/scan/", frozen.scan, name="scan"),
    path("packets/<uuid:pk>/seal/", sealing.seal, name="seal"),
    path("packets/<uuid:pk>/hand-in/", handin.hand_in, name="hand_in"),
    path("packets/<uuid:pk>/receipts/<slug:number>/", handin.receipt, name="receipt"),
    path("packets/<uuid:pk>/receipts/<slug:number>/pdf/", handin.receipt_pdf, name="receipt_pdf"),
    path("packets/<uuid:pk>/versions/<int:no>/", frozen.version, name="version"),
    path("packets/<uuid:pk>/versions/<int:no>/pdf/", frozen.version_pdf, name="version_pdf"),
    path("applications/<uuid:pk>/", steps.first_step, name="application"),
    path("applications/<uuid:pk>/steps/<slug:section>/save/", steps.save_application, name="save"),
    path("applications/<uuid:pk>/steps/<slug:section>/", steps.step, name="step"),
    path("applications/<uuid:pk>/partners/", partners.partners, name="partners"),
    path("applications/<uuid:pk>/files/<str:key>/", files.upload, name="upload"),
    path("applications/<uuid:pk>/withdraw/", packet.withdraw, name="withdraw"),
    path("partners/<int:pk>/answer/", partners.answer, name="partner_answer"),
    path("files/<int:pk>/", files.download, name="attachment"),
    path("files/<int:pk>/remove/", files.remove, name="detach"),
    path("scans/<int:pk>/", files.scan, name="scan_file"),
    path("partner-letters/<int:pk>/", files.letter, name="letter"),
]
