"""Addresses of the floor."""

from django.contrib import admin
from django.urls import path

from bench.floor import views

urlpatterns = [
    path("call/", views.call),
    path("mine/", views.mine, name="mine"),
    path("step/<int:pk>/", views.step),
    path("hand-in/<int:pk>/", views.hand_in, name="hand_in"),
    path("admin/", admin.site.urls),
]
