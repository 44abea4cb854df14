"""Addresses of the register, mounted at /register/."""

from django.urls import path

from portal.register.views import invitations, members, units

app_name = "register"

urlpatterns = [
    path("", units.register, name="organisation"),
    path("unit/", units.own, name="unit"),
    path("units/<int:pk>/", units.status, name="status"),
    path("units/<int:pk>/edit/", units.edit, name="edit"),
    path("units/<int:pk>/associations/<int:issuer_pk>/", units.associate, name="associate"),
    path("units/<int:pk>/ask/", units.ask, name="ask"),
    path("switch/", units.switch, name="switch"),
    path("on-behalf/stop/", units.stop_on_behalf, name="stop_on_behalf"),
    path("profile/", units.profile, name="profile"),
    path("members/", members.index, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/<int:pk>/", members.edit, name="member"),
    path("members/<int:pk>/end/", members.end, name="member_end"),
    path("members/requests/<int:pk>/", members.answer, name="request"),
    path("members/invitations/<int:pk>/renew/", members.renew, name="invitation_renew"),
    path("members/invitations/<int:pk>/revoke/", members.revoke, name="invitation_revoke"),
    path("activate/", invitations.enter, name="activate"),
    path("activate/<str:code>/", invitations.accept, name="accept"),
]
