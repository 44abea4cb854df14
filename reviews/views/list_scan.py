"""Staff compare the stamped table of a recommending unit's list where no machine could read it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.services import listing
from portal.errors import RuleViolation
from reviews.access import require_submission
from reviews.views.pages import actor, tell


@require_POST
def compare(request: HttpRequest, pk: uuid.UUID, made: uuid.UUID) -> HttpResponse:
    """Say whether the table shows the list on which the submission stands."""
    submission = require_submission(request.user, pk, writes=True)
    if not submission.recommendations.filter(list=made).exists():
        raise Http404
    matches = request.POST.get("matches") == "yes"
    try:
        listing.compare_scan(list_id=made, by=actor(request), matches=matches)
    except RuleViolation as refused:
        tell(request, refused)
    else:
        said = (
            _("The stamped table is accepted.")
            if matches
            else _("The recommending unit is asked for the stamped table again.")
        )
        messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:reviews_submission_change", args=[pk]))
