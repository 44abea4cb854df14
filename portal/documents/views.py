"""The public page that tells whether a paper or file is what this portal has made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.documents import codes, ports, verification
from portal.documents.forms import CodeForm, CompareForm
from portal.documents.limits import is_too_often

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def limited(view: View[P]) -> View[P]:
    """Answer 429 to an address that asks too often."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_too_often(request):
            response = render(request, "documents_web/too_often.html", status=429)
            response["Retry-After"] = "60"
            return response
        return view(request, *args, **kwargs)

    return wrapped


@login_not_required
@never_cache
@limited
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a sound one leads to its page."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("documents:verify_code", code=form.cleaned_data["code"])
    return render(request, "documents_web/verify.html", {"form": form})


@login_not_required
@never_cache
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show what belongs to a code; compare an uploaded PDF byte by byte, and look at its seals."""
    document = verification.find(codes.read(code))
    if document is None:
        context = {"form": CodeForm(), "asked": code[:40]}
        return render(request, "documents_web/unknown.html", context, status=404)
    form = CompareForm()
    compared = same = False
    judgement = None
    keeper = ports.seals()
    seals = keeper.of(document) if keeper else []
    if request.method == "POST":
        form = CompareForm(request.POST, request.FILES)
    if form.is_bound and form.is_valid():
        compared = True
        data = b"".join(form.cleaned_data["file"].chunks())
        same = verification.is_same_file(document, [data])
        if keeper and seals and not same:
            judgement = keeper.judge(document, data)
    context = {
        "finding": verification.finding_of(document),
        "form": form,
        "compared": compared,
        "same": same,
        "judgement": judgement,
        "seals": seals,
    }
    return render(request, "documents_web/finding.html", context)
