"""The public page that tells whether a paper or file is what this portal has made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.documents import codes, ports, verification
from portal.documents.forms import CodeForm, CompareForm, FileForm
from portal.documents.limits import ASKS_OF_A_FILE, is_too_often
from portal.documents.models import Document
from portal.documents.scans import read

P = ParamSpec("P")
# Papers bound together bear one code each; more than these are not looked up.
MOST_CODES = 10
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def limited(view: View[P]) -> View[P]:
    """Answer 429 to an address that asks too often."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_too_often(request):
            return _too_often(request)
        return view(request, *args, **kwargs)

    return wrapped


def _too_often(request: HttpRequest) -> HttpResponse:
    response = render(request, "documents_web/too_often.html", status=429)
    response["Retry-After"] = "60"
    return response


@login_not_required
@never_cache
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code, or for a file; what is found is shown on the document's page."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("documents:verify_code", code=form.cleaned_data["code"])
    file_form = FileForm()
    if request.method == "POST":
        file_form = FileForm(request.POST, request.FILES)
        if file_form.is_valid() and (answer := _answer_about(request, file_form)):
            return answer
    context = {"form": form, "file_form": file_form}
    return render(request, "documents_web/verify.html", context)


def _answer_about(request: HttpRequest, form: FileForm) -> HttpResponse | None:
    """Answer for an uploaded file: by its bytes, else by the codes on its pages.

    None, with the reason at the field, where no code can be read.
    """
    file = form.cleaned_data["file"]
    data = file.read()
    document = verification.find_file([data])
    if document is not None:
        return _show(request, document, CompareForm(), data)
    if is_too_often(request, ASKS_OF_A_FILE):
        return _too_often(request)
    reading = read(data, form.content_type)
    found = reading.codes
    if not found:
        form.add_error("file", _("No verification code could be read in this file. Type it in."))
        return None
    documents = {code: verification.find(code) for code in found[:MOST_CODES]}
    known = [one for one in documents.values() if one is not None]
    if len(found) == 1 and known:
        if reading.is_paper:
            return _show(request, known[0], CompareForm(), None, scanned=True)
        return _show(request, known[0], CompareForm(), data)
    if not known:
        return _unknown(request, codes.shown(found[0]))
    context = {
        "findings": [verification.finding_of(one) for one in known],
        "strange": [codes.shown(code) for code, one in documents.items() if one is None],
    }
    return render(request, "documents_web/several.html", context)


@login_not_required
@never_cache
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show what belongs to a code; compare an uploaded PDF byte by byte, and look at its seals."""
    document = verification.find(codes.read(code))
    if document is None:
        return _unknown(request, code)
    form = CompareForm()
    data: bytes | None = None
    if request.method == "POST":
        form = CompareForm(request.POST, request.FILES)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data["file"].read()
    return _show(request, document, form, data)


def _show(
    request: HttpRequest,
    document: Document,
    form: CompareForm,
    data: bytes | None,
    *,
    scanned: bool = False,
) -> HttpResponse:
    """Show a document; hold the bytes of a file that was sent against it and look at its seals.

    ``scanned``: it was found by a picture of paper, whose bytes prove nothing.
    """
    same = data is not None and verification.is_same_file(document, [data])
    keeper = ports.seals()
    seals = keeper.of(document) if keeper else []
    judgement = None
    if keeper and seals and data is not None and not same:
        judgement = keeper.judge(document, data)
    context = {
        "finding": verification.finding_of(document),
        "form": form,
        "compared": data is not None,
        "same": same,
        "judgement": judgement,
        "seals": seals,
        "scanned": scanned,
    }
    return render(request, "documents_web/finding.html", context)


def _unknown(request: HttpRequest, asked: str) -> HttpResponse:
    context = {"form": CodeForm(), "asked": asked[:40]}
    return render(request, "documents_web/unknown.html", context, status=404)
