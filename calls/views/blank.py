"""The empty form of a category, for anybody to read before applying."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calls.models import Call, Category
from calls.services.blank_forms import blank_form_of
from portal.files.services import serve


@login_not_required
@require_safe
def blank_form(request: HttpRequest, pk: int, category_pk: int) -> HttpResponseBase:
    """Give the PDF, or say that it is being set; 404 while the call is not published."""
    category = (
        Category.objects.filter(call__in=Call.objects.published(), call=pk, children=None)
        .select_related("call__issuer__organisation", "parent")
        .filter(pk=category_pk)
        .first()
    )
    if category is None:
        raise Http404
    document = blank_form_of(category)
    if document is not None and document.file is not None:
        response = serve(document.file, inline=True)
        # Public and the same for everybody until the form changes.
        response["Cache-Control"] = "public, max-age=300"
        return response
    context = {
        "call": category.call,
        "issuer": category.call.issuer,
        "category": category,
        "title": _("The empty form is being set"),
    }
    return render(request, "calls/blank_wait.html", context)
