"""A unit withdraws what is shown to the public or waits in reserve: the list loses it at once."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.urls import reverse

from applications.capacity import staff_of
from applications.models import Application
from applications.services import lifecycle
from portal import clock
from portal.mail.services import queue
from portal.people.models import User
from reviews.models import PublicityEntry, Standing
from reviews.services.deciding import hold_call


@transaction.atomic
def withdraw(*, application_id: uuid.UUID, by: User, reason: str) -> Application:
    """Withdraw for the unit, as its approver confirms; staff are told that a place is free.

    The project stays out of the announcement, an open objection against it is answered all the
    same, and nobody moves up from the reserve: that is for staff to decide. Raises RuleViolation
    without a reason or in any other state, PermissionDenied for anybody but the approver.
    """
    # The call first, as staff lock it: nobody announces the list while a project leaves it.
    hold_call(Application.objects.values_list("packet__call", flat=True).get(pk=application_id))
    application = lifecycle.give_up(application_id=application_id, by=by, reason=reason.strip())
    open_ = PublicityEntry.objects.filter(application=application, settled_at=None)
    open_.update(standing=Standing.WITHDRAWN, settled_at=clock.now())
    _tell_staff(application, reason.strip())
    return application


def _tell_staff(application: Application, reason: str) -> None:
    call = application.packet.call
    for user in staff_of(call.issuer_id):
        queue(
            to=user,
            template="reviews/place_given_up",
            context={"application": application, "call": call, "reason": reason},
            occasion=f"application:{application.pk}:given_up",
            issuer=call.issuer,
            url=reverse("admin:reviews_deciding", args=[call.pk]),
        )
