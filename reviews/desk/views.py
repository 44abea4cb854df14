"""The expert's pages: my files, one file with its sheet, my absence and ties, the way in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.models import ScoreSheet
from portal import clock
from portal.context import DESK_KEY
from portal.errors import Conflict, Refusal, RuleViolation
from portal.files.models import StoredFile
from portal.files.services import serve
from portal.numbers import whole_number
from portal.people.models import User
from portal.register.forms import ActivationForm
from reviews import blind
from reviews.blind_copy import NoCopy, blind_copy, can_copy
from reviews.desk.access import expert_user, for_experts, own_assignment
from reviews.desk.forms import AbsenceForm, ReasonForm, SheetForm, TieForm, read_texts
from reviews.desk.meeting import meetings_of
from reviews.desk.papers import papers_of
from reviews.files import ReviewFile, read_files
from reviews.models import (
    Assignment,
    AssignmentState,
    Expert,
    ExpertInvitation,
    ExpertTie,
    Submission,
)
from reviews.services import assigning, experts, scoring
from reviews.sheets import keys_of, refusal_of, wanting, wrong_with


@dataclass(frozen=True, slots=True)
class DeskFile:
    """One file as the list of the desk shows it."""

    assignment: Assignment
    title: str
    live: bool

    @property
    def is_done(self) -> bool:
        """Whether its sheet was handed in."""
        return self.assignment.state == AssignmentState.SUBMITTED


# My files ------------------------------------------------------------------------------------
@require_safe
@for_experts
def files(request: HttpRequest) -> HttpResponseBase:
    """List what is to be scored, the most urgent first, and what is done."""
    rows = list(
        Assignment.objects.of_expert(request.user)
        .select_related(
            "panel__stage__call__issuer__organisation",
            "panel__stage__sheet",
            "application__category__parent",
        )
        .order_by("panel__due_at", "assigned_at", "pk")
    )
    shown = _titled(rows)
    return render(
        request,
        "desk/files.html",
        {
            "to_do": [one for one in shown if one.live and not one.is_done],
            "done": [one for one in shown if one.is_done],
            "papers": papers_of(request, rows),
            "meetings": meetings_of(request),
            "now": clock.now(),
        },
    )


def _titled(rows: list[Assignment]) -> list[DeskFile]:
    """Give each file its title, masked where the review is blind."""
    submissions = Submission.objects.filter(pk__in=[r.application_id for r in rows])
    read = read_files(
        list(submissions.select_related("packet__call", "packet__organisation", "category__parent"))
    )
    found = []
    for row in rows:
        file = read.get(row.application_id)
        if file is not None:
            title = blind.title_for(file, blind=_sheet(row).blind)
            found.append(DeskFile(row, title, assigning.is_live(row)))
    return found


def _sheet(one: Assignment) -> ScoreSheet:
    """Return the sheet of the stage; 404 when staff took it away."""
    sheet: ScoreSheet | None = getattr(one.panel.stage, "sheet", None)
    if sheet is None:
        raise Http404
    return sheet


def _file(one: Assignment) -> ReviewFile:
    submissions = Submission.objects.filter(pk=one.application_id).select_related(
        "packet__call", "packet__organisation", "category__parent"
    )
    read = read_files(list(submissions))
    if one.application_id not in read:
        raise Http404
    return read[one.application_id]


# One file ------------------------------------------------------------------------------------
@require_safe
@for_experts
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Show the declaration first; then the application and its sheet."""
    one = own_assignment(request, pk)
    if one.state == AssignmentState.ASSIGNED:
        return _declaration(request, one)
    return _page(request, one)


def _declaration(
    request: HttpRequest, one: Assignment, reasons: list[Refusal] | None = None
) -> HttpResponse:
    context = {
        **_frame(one),
        "form": ReasonForm(request.POST if "reason" in request.POST else None),
        "reasons": reasons or [],
    }
    return render(request, "desk/declare.html", context, status=409 if reasons else 200)


def _frame(one: Assignment) -> dict[str, Any]:
    """Return what both pages of a file share."""
    read, sheet = _file(one), _sheet(one)
    return {
        "one": one,
        "call": one.panel.stage.call,
        "issuer": one.panel.stage.call.issuer,
        "title": blind.title_for(read, blind=sheet.blind),
        "category": one.application.category.full_title,
        "sheet": sheet,
        "read": read,
        "live": assigning.is_live(one),
        "now": clock.now(),
        "late": one.panel.due_at <= clock.now(),
    }


def _page(
    request: HttpRequest,
    one: Assignment,
    *,
    texts: Mapping[str, str] | None = None,
    conflicts: Mapping[str, Conflict] | None = None,
    reasons: list[Refusal] | None = None,
    status: int = 200,
) -> HttpResponse:
    frame = _frame(one)
    sheet: ScoreSheet = frame["sheet"]
    read: ReviewFile = frame["read"]
    criteria = list(sheet.criteria.all())
    entries = {entry.key: entry for entry in one.entries.all()}
    kept = {key: entry.text for key, entry in entries.items()}
    shown = {**kept, **(texts or {})}
    open_points = wanting(sheet, criteria, shown)
    tried = any(reason.code == "sheet" for reason in reasons or [])
    wrong = {key: said for key, said in open_points.items() if tried or shown.get(key, "").strip()}
    form = SheetForm(sheet=sheet, criteria=criteria, entries=entries, texts=shown, wrong=wrong)
    done = one.state == AssignmentState.SUBMITTED
    context = {
        **frame,
        "sections": blind.sections_for(read, blind=sheet.blind),
        "papers": [
            {**paper, "number": number, "ready": not sheet.blind or _copyable(paper)}
            for number, paper in enumerate(blind.papers_of(read, blind=sheet.blind), start=1)
        ],
        "form": form,
        "done": done,
        "editable": frame["live"] and not done,
        "scores": one.scores.select_related("criterion") if done else [],
        "wrong": [refusal_of(key, said) for key, said in wrong.items()],
        "missing": [refusal_of(k, said) for k, said in open_points.items() if k not in wrong],
        "conflicts": [
            {"label": _label(form, key), "theirs": c.theirs, "mine": (texts or {}).get(key, "")}
            for key, c in (conflicts or {}).items()
        ],
        "reasons": reasons or [],
        "tried": tried,
    }
    return render(request, "desk/file.html", context, status=status)


def _label(form: SheetForm, key: str) -> str:
    for criterion, score, comment in form.blocks:
        if key in (score.name, comment.name):
            return f"{criterion} · {form[key].label}"
    return str(form[key].label)


def _copyable(paper: Mapping[str, Any]) -> bool:
    stored = StoredFile.objects.filter(pk=paper["id"]).first()
    return stored is not None and can_copy(stored.content_type)


@require_POST
@for_experts
def clear(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Take the word that there is no conflict, then open the file."""
    one = own_assignment(request, pk)
    try:
        assigning.clear(assignment_id=one.pk, by=expert_user(request))
    except RuleViolation as refused:
        return _declaration(request, one, refused.reasons)
    return redirect("desk:file", one.pk)


@require_POST
@for_experts
def recuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Take a conflict: the file leaves the desk."""
    one = own_assignment(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _declaration(request, one, [Refusal(_("Say what the conflict is."))])
    try:
        assigning.recuse(
            assignment_id=one.pk, by=expert_user(request), reason=form.cleaned_data["reason"]
        )
    except RuleViolation as refused:
        return _page(request, one, reasons=refused.reasons, status=409)
    messages.success(request, _("Thank you. The association gives this file to somebody else."))
    return redirect("desk:files")


@require_POST
@for_experts
def save(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    """Autosave one entry, answering as static/face/autosave.js expects."""
    one = own_assignment(request, pk)
    key, text = request.POST.get("field", ""), request.POST.get("value", "")
    revision = whole_number(request.POST.get("revision", "0")) or 0
    try:
        entry = scoring.save_entry(
            assignment_id=one.pk, key=key, text=text, revision=revision, by=expert_user(request)
        )
    except RuleViolation as refused:
        return JsonResponse({"errors": [r.message for r in refused.reasons]}, status=423)
    except Conflict as conflict:
        answer = {"theirs": conflict.theirs, "revision": conflict.revision, "by": conflict.by}
        return JsonResponse(answer, status=409)
    wrong = wrong_with(scoring.criteria_of(one), key, text)
    return JsonResponse(
        {
            "saved_at": f"{clock.local(entry.at):%H:%M:%S}",
            "revision": entry.revision,
            "errors": [wrong] if wrong else [],
        }
    )


@require_POST
@for_experts
def sheet(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Keep the whole sheet, and hand it in if asked to; works without scripts."""
    one = own_assignment(request, pk)
    if one.state == AssignmentState.ASSIGNED:
        return redirect("desk:file", one.pk)
    keys = keys_of(scoring.criteria_of(one))
    texts = read_texts(request.POST, keys)
    revisions = {key: whole_number(request.POST.get(f"revision-{key}", "")) or 0 for key in keys}
    user = expert_user(request)
    try:
        conflicts = scoring.save_entries(
            assignment_id=one.pk, texts=texts, revisions=revisions, by=user
        )
        if conflicts:
            return _page(request, one, texts=texts, conflicts=conflicts, status=409)
        if request.POST.get("do") == "hand_in":
            version = whole_number(request.POST.get("version", "")) or 0
            scoring.hand_in(assignment_id=one.pk, version_id=version, by=user)
            messages.success(request, _("Your score sheet is handed in. Thank you."))
            return redirect("desk:file", one.pk)
    except RuleViolation as refused:
        again = own_assignment(request, pk)
        return _page(request, again, reasons=refused.reasons, status=409)
    messages.success(request, _("Everything you typed is saved. The sheet is not handed in yet."))
    return redirect("desk:file", one.pk)


@require_safe
@for_experts
def paper(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponseBase:
    """Hand out a file of the application; to blind reviewers a copy without its traces."""
    one = own_assignment(request, pk)
    if one.state == AssignmentState.ASSIGNED:
        raise Http404
    sheet_ = _sheet(one)
    papers = blind.papers_of(_file(one), blind=sheet_.blind)
    if not 1 <= number <= len(papers):
        raise Http404
    stored = get_object_or_404(StoredFile, pk=papers[number - 1]["id"])
    if not sheet_.blind:
        return serve(stored)
    served = serve(stored)  # refuses what the virus scanner has not let through
    served.close()
    try:
        name, data = blind_copy(stored, number)
    except NoCopy as error:
        raise RuleViolation(
            [_("No nameless copy can be made of this file; ask the association for it.")]
        ) from error
    response = HttpResponse(data, content_type=stored.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


# About me ------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_experts
def profile(request: HttpRequest) -> HttpResponseBase:
    """Show how the associations know the expert, and take absence and ties."""
    user = expert_user(request)
    rows = list(Expert.objects.of_user(user).select_related("issuer__organisation"))
    doing = request.POST.get("do", "")
    first = rows[0]
    absence = AbsenceForm(
        request.POST if doing == "absence" else None,
        initial={"away_from": first.away_from, "away_until": first.away_until},
    )
    tie = TieForm(request.POST if doing == "tie" else None)
    try:
        if doing == "absence" and absence.is_valid():
            for expert in rows:
                experts.set_absence(by=user, expert=expert, **absence.cleaned_data)
            return _kept_profile(request)
        if doing == "tie" and tie.is_valid():
            for expert in rows:
                experts.declare_tie(by=user, expert=expert, **tie.cleaned_data)
            return _kept_profile(request)
    except RuleViolation as refused:
        (tie if doing == "tie" else absence).add_error(None, refused.reasons[0].message)
    ties = ExpertTie.objects.filter(expert__in=rows, application=None)
    context = {"experts": rows, "absence": absence, "tie": tie, "ties": ties}
    return render(request, "desk/profile.html", context)


def _kept_profile(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("desk:profile")


@require_POST
@for_experts
def drop_tie(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a declared tie to a unit back."""
    user = expert_user(request)
    tie = get_object_or_404(
        ExpertTie.objects.select_related("expert__issuer"),
        pk=pk, application=None, expert__in=Expert.objects.of_user(user),
    )  # fmt: skip
    experts.drop_tie(by=user, tie=tie)
    return _kept_profile(request)


# The way in ----------------------------------------------------------------------------------
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the link leads to; whoever is signed in joins, others sign in or get an account."""
    invitation = experts.find(code)
    if invitation is None:
        return render(request, "desk/join_gone.html", status=410)
    if isinstance(request.user, User):
        return _join(request, request.user, invitation, code)
    expert = invitation.expert
    known = User.objects.filter(email__iexact=expert.email).exists()
    form = ActivationForm(
        request.POST or None,
        mailbox=expert.email,
        initial={"name": expert.name, "phone": expert.phone},
    )
    if known or request.method != "POST" or not form.is_valid():
        context = {"expert": expert, "form": form, "known": known, "code": code}
        return render(request, "desk/join.html", context)
    with transaction.atomic():
        user = User.objects.create_user(
            expert.email,
            form.cleaned_data["password1"],
            name=form.cleaned_data["name"],
            phone=form.cleaned_data["phone"],
            consented_at=clock.now(),
        )
        # The link came by mail: it proves the mailbox.
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        experts.accept(by=user, code=code)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return _joined(request)


def _join(
    request: HttpRequest, user: User, invitation: ExpertInvitation, code: str
) -> HttpResponse:
    if request.method == "POST":
        experts.accept(by=user, code=code)
        return _joined(request)
    fits = invitation.expert.email.lower() == user.email.lower()
    context = {"expert": invitation.expert, "fits": fits, "code": code}
    return render(request, "desk/join.html", context)


def _joined(request: HttpRequest) -> HttpResponse:
    request.session[DESK_KEY] = True
    messages.success(request, _("Welcome. Files you are asked to score appear here."))
    return redirect("desk:files")
