"""Addresses of what a unit reads after the decision, below /my/."""

from django.urls import path

from reviews.views import outcome

app_name = "outcome"

urlpatterns = [
    path("packets/<uuid:pk>/outcome/", outcome.packet, name="packet"),
    path("packets/<uuid:pk>/outcome/award/<int:award_pk>/", outcome.award, name="award"),
    path("applications/<uuid:pk>/give-up/", outcome.give_up, name="give_up"),
]
