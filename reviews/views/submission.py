"""The page of one submission: what was handed in, what is to be checked, what can be done."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import doors, presenting, printing_lists
from applications.batches import batch_of
from applications.models import CorrectionRequest, HandIn, Recommendation, Version
from applications.models.recommendation import ListState
from applications.services import countersealing, flags, scans
from applications.services.standing import findings_for
from applications.states import TO_CHECK, TRANSITIONS, Action, State
from calls.enums import SectionScope
from calls.forms_schema import sections_for
from calls.rules.facts import Finding
from portal import clock
from portal.audit.services import record
from portal.documents import services as documents
from portal.errors import Refusal, RuleViolation
from portal.files.services import serve
from portal.numbers import whole_number
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Membership
from reviews import checklist, dossier
from reviews.access import may_write, require_submission
from reviews.forms import NoteForm, ReasonForm, ReturnForm, read_answers
from reviews.models import FormalCheck, Submission
from reviews.printed import printed_form
from reviews.scope import own_issuers
from reviews.services import checking
from reviews.views.pages import actor, back_to, show, tell

# Days a unit gets for a correction unless staff choose otherwise.
CORRECTION_DAYS = 5


@require_safe
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one submission with everything a formal check needs."""
    return _page(request, require_submission(request.user, pk))


def _page(
    request: HttpRequest,
    submission: Submission,
    *,
    typed: Sequence[checklist.Answer] | None = None,
    reasons: Sequence[Refusal] = (),
) -> HttpResponse:
    """Show the page; after a refusal with its reasons and the checklist as it was typed."""
    version = checking.version_in_hand(submission)
    context = {**_context(request, submission, version, typed), "reasons": reasons}
    return show(request, "reviews/submission.html", context, status=409 if reasons else 200)


def _context(
    request: HttpRequest,
    submission: Submission,
    version: Version | None,
    typed: Sequence[checklist.Answer] | None,
) -> dict[str, Any]:
    """Gather the page; every list is read once."""
    call = submission.packet.call
    findings = findings_for(submission)
    affiliation = _affiliation(submission)
    points = _points(submission, version, findings, affiliation)
    check = _current_check(submission, version)
    answers = typed or checklist.answered(points, check.items if check else [])
    scan = checklist.latest_scan(version)
    writes = may_write(request.user, call)
    printed = printed_form(version, call.sealing)
    state = State(submission.state)
    to_check = state in TO_CHECK
    recommendations = _recommendations(submission)
    return {
        "title": str(submission),
        "subtitle": submission.number,
        "opts": Submission._meta,
        "submission": submission,
        "call": call,
        "affiliation": affiliation,
        "version": version,
        "batch": batch_of(submission.packet),
        "confidential": submission.packet.has_confidential_part(),
        "receipts": _receipts(submission),
        "sections": presenting.application_sections(version, submission) if version else [],
        "plan": presenting.plan_sections(version) if version and version.content["plan"] else [],
        "differences": _differences(submission, version),
        "printed": printed,
        "may_try_again": (writes and printed is not None and printed.may_try_again(actor(request))),
        "may_seal": (
            writes
            and printed is not None
            and printed.sealed_here
            and not countersealing.refusals_to_seal(submission.packet)
        ),
        "scan": scan,
        "scan_until": None if scan else doors.scan_until(submission.packet),
        "scan_key": str(scan.pk) if scan else "",
        "scan_is_picture": scan is not None and scan.file.content_type.startswith("image/"),
        "flags": submission.flags.select_related("rule", "settled_by"),
        "findings": findings,
        "partners": submission.partners.all(),
        "avoided": submission.avoided_experts.all(),
        "people": _people(submission),
        "recommendations": recommendations,
        "sealed_lists": _sealed_lists(recommendations),
        "papers": dossier.entries_of(submission),
        "points": list(zip(points, answers, strict=True)),
        "check": check,
        "in_the_way": _in_the_way(submission, version, answers) if version and to_check else [],
        "unread": checklist.unread(answers),
        "log": submission.log.select_related("by").order_by("-pk"),
        "corrections": _corrections(submission, version),
        "may_check": writes and to_check,
        "may_return": writes and state in TRANSITIONS[Action.RETURN].sources,
        "may_refuse": writes and state in TRANSITIONS[Action.NOT_ACCEPT].sources,
        "may_reopen": writes and state in TRANSITIONS[Action.REOPEN_CHECK].sources,
        "writes": writes,
        "next_url": reverse("admin:reviews_next") + f"?after={submission.pk}",
    }


def _in_the_way(
    submission: Submission, version: Version, answers: Sequence[checklist.Answer]
) -> list[Refusal]:
    """Return what keeps one from accepting, but for points still to be read: they say so."""
    refusals = checking.refusals_to_accept(submission, version, answers)
    return [refusal for refusal in refusals if refusal.code != checking.UNREAD]


def _recommendations(submission: Submission) -> list[Recommendation]:
    """Return what the recommending units said, from the applicant upwards."""
    rows = submission.recommendations.select_related("level", "organisation", "list")
    return list(rows.order_by("level__no"))


def _sealed_lists(rows: Sequence[Recommendation]) -> list[uuid.UUID]:
    """Return the lists whose summary table was sealed in the portal."""
    lists = [row.list for row in rows if row.list is not None]
    versions = [one.latest_version() for one in lists if one.state == ListState.HANDED_IN]
    return [one.list_id for one in versions if one and printing_lists.is_sealed(one)]


def _points(
    submission: Submission,
    version: Version | None,
    findings: Sequence[Finding],
    affiliation: Affiliation | None,
) -> list[checklist.Point]:
    """Return the checklist, worded for the kind of the unit."""
    kind = affiliation.kind if affiliation else ""
    return checklist.points_for(submission, version, findings, kind)


def _sections(submission: Submission, version: Version) -> list[tuple[str, str]]:
    """Return code and title of every section one may return: the plan's, then the application's."""
    schema = version.form_revision.schema
    specs = [
        *sections_for(schema, (), SectionScope.PLAN),
        *presenting.specs_of(schema, submission),
    ]
    return [(spec["code"], spec["title"]) for spec in specs]


def _corrections(
    submission: Submission, version: Version | None
) -> list[tuple[CorrectionRequest, list[tuple[str, str]]]]:
    """Return what was asked to be corrected, by the titles of sections."""
    titles = dict(_sections(submission, version)) if version else {}
    requests = submission.corrections.select_related("by").prefetch_related("items")
    return [
        (request, [(titles.get(i.section, i.section), i.reason) for i in request.items.all()])
        for request in requests
    ]


def _affiliation(submission: Submission) -> Affiliation | None:
    """Return what the unit is to the call's association."""
    packet = submission.packet
    return (
        Affiliation.objects.filter(
            organisation=packet.organisation_id, issuer=packet.call.issuer_id
        )
        .exclude(state=VerificationState.ENDED)
        .first()
    )


def _current_check(submission: Submission, version: Version | None) -> FormalCheck | None:
    """Return the last check, unless it looked at an older version."""
    if version is None:
        return None
    return submission.checks.filter(version=version).select_related("by").first()


def _receipts(submission: Submission) -> list[HandIn]:
    return list(
        HandIn.objects.filter(packet=submission.packet_id)
        .select_related("version", "by")
        .order_by("-version__no")
    )


def _people(submission: Submission) -> Sequence[Membership]:
    """Whom to call at the unit: administrators first."""
    members = Membership.objects.active().filter(organisation=submission.packet.organisation_id)
    return list(members.select_related("user").order_by("-is_administrator", "pk")[:6])


def _differences(submission: Submission, version: Version | None) -> list[presenting.Change]:
    """What the unit changed since the version handed in before this one."""
    if version is None:
        return []
    earlier = (
        Version.objects.filter(packet=submission.packet_id, no__lt=version.no, handin__isnull=False)
        .select_related("form_revision")
        .order_by("-no")
        .first()
    )
    try:
        return presenting.changes(earlier, version, submission) if earlier else []
    except KeyError:  # the application joined the packet after that version
        return []


@require_safe
def older(request: HttpRequest, pk: uuid.UUID, no: int) -> HttpResponse:
    """Show an earlier version that was handed in, as it was."""
    submission = require_submission(request.user, pk)
    receipt = (
        HandIn.objects.filter(packet=submission.packet_id, version__no=no)
        .select_related("version__form_revision", "by")
        .first()
    )
    if receipt is None:
        raise Http404
    try:
        sections = presenting.application_sections(receipt.version, submission)
    except KeyError as missing:
        raise Http404 from missing
    return show(
        request,
        "reviews/version.html",
        {
            "title": _("Version %(no)d") % {"no": no},
            "submission": submission,
            "receipt": receipt,
            "sections": sections,
        },
    )


@require_POST
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep the checklist; with ``do=accept`` also accept, and go on to the next.

    ``do=accept_rest`` says in the same press that every point left open is in order.
    """
    submission = require_submission(request.user, pk, writes=True)
    version = checking.version_in_hand(submission)
    points = _points(submission, version, findings_for(submission), _affiliation(submission))
    do, seen = request.POST.get("do"), _seen(request)
    answers = read_answers(request.POST, points, otherwise=do == "accept_rest" or None)
    by = actor(request)
    try:
        checking.save_check(application_id=pk, version_id=seen, answers=answers, by=by)
        if do in ("accept", "accept_rest"):
            checking.accept(application_id=pk, version_id=seen, by=by)
            messages.success(request, _("Accepted: %(title)s") % {"title": submission})
            return back_to("reviews_next") if request.POST.get("next") else _back(pk)
    except RuleViolation as refused:
        is_newer = version is not None and version.pk != seen
        if is_newer:
            for answer in answers:
                answer["ok"] = None
        return _page(request, submission, typed=answers, reasons=refused.reasons)
    messages.success(request, _("The checklist is kept."))
    return _back(pk, "check")


def _seen(request: HttpRequest) -> int:
    """Return the version the person looked at; a form without one saw none."""
    return whole_number(request.POST.get("version", "")) or 0


def _back(pk: uuid.UUID, anchor: str = "") -> HttpResponse:
    return back_to("reviews_submission_change", pk, anchor=anchor)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Return for correction: a reason for each section, and a day."""
    submission = require_submission(request.user, pk, writes=True)
    version = checking.version_in_hand(submission)
    if version is None:
        raise Http404
    form = ReturnForm(
        request.POST or None,
        sections=_sections(submission, version),
        initial={"due": clock.today() + dt.timedelta(days=CORRECTION_DAYS)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            checking.return_for_changes(
                application_id=pk,
                version_id=_seen(request),
                by=actor(request),
                reason=form.cleaned_data["reason"],
                items=form.items(),
                due=form.due_instant(),
            )
        except RuleViolation as refused:
            tell(request, refused)
        else:
            messages.success(
                request, _("Returned for correction: %(title)s") % {"title": submission}
            )
            return _back(pk)
    context = {"title": _("Return for correction"), "form": form, "version": version}
    return show(request, "reviews/return.html", {**context, "submission": submission})


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Not accept, with the reason the unit reads."""
    submission = require_submission(request.user, pk, writes=True)
    version = checking.version_in_hand(submission)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            checking.not_accept(
                application_id=pk,
                version_id=_seen(request),
                by=actor(request),
                reason=form.cleaned_data["reason"],
            )
        except RuleViolation as refused:
            tell(request, refused)
        else:
            messages.success(request, _("Not accepted: %(title)s") % {"title": submission})
            return _back(pk)
    return show(
        request,
        "reviews/reason.html",
        {
            "title": _("Not accept"),
            "submission": submission,
            "version": version,
            "form": form,
            "explanation": _("The application ends here and its place in the quota is free again."),
            "button": _("Not accept"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the formal check up again."""
    submission = require_submission(request.user, pk, writes=True)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            checking.reopen(
                application_id=pk, by=actor(request), reason=form.cleaned_data["reason"]
            )
        except RuleViolation as refused:
            tell(request, refused)
        else:
            messages.success(request, _("The formal check is open again."))
            return _back(pk)
    return show(
        request,
        "reviews/reason.html",
        {
            "title": _("Take the formal check up again"),
            "submission": submission,
            "version": None,
            "form": form,
            "explanation": _("The application goes back to the queue of those to be checked."),
            "button": _("Take up again"),
        },
    )


@require_POST
def settle_flag(request: HttpRequest, pk: uuid.UUID, flag: int) -> HttpResponse:
    """Settle a flag with the reason why it may pass."""
    submission = require_submission(request.user, pk, writes=True)
    if not submission.flags.filter(pk=flag).exists():
        raise Http404
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            flags.settle(flag_id=flag, by=actor(request), note=form.cleaned_data["note"])
            messages.success(request, _("Settled."))
        except RuleViolation as refused:
            tell(request, refused)
    else:
        messages.error(request, _("Say why this may pass."))
    return _back(pk, "flags")


@require_POST
def compare_scan(request: HttpRequest, pk: uuid.UUID, scan: int) -> HttpResponse:
    """Say whether a scan that no machine could read shows the version."""
    submission = require_submission(request.user, pk, writes=True)
    version = checking.version_in_hand(submission)
    if version is None or not version.scans.filter(pk=scan).exists():
        raise Http404
    matches = request.POST.get("matches") == "yes"
    try:
        scans.compare_by_eye(scan_id=scan, by=actor(request), matches=matches)
    except RuleViolation as refused:
        tell(request, refused)
    else:
        said = (
            _("The scan is accepted.")
            if matches
            else _("The scan is refused; the unit sends it again.")
        )
        messages.success(request, said)
    return _back(pk, "scan")


@require_POST
def print_again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Have the form in hand set once more after it failed."""
    submission = require_submission(request.user, pk, writes=True)
    printed = printed_form(checking.version_in_hand(submission), submission.packet.call.sealing)
    if printed is None:
        raise Http404
    try:
        if documents.retry(printed.document, by=actor(request)):
            messages.success(request, _("The form is being set again."))
        else:
            messages.info(request, _("The form needs no setting again."))
    except RuleViolation as refused:
        tell(request, refused)
    return _back(pk, "printed")


@require_safe
@xframe_options_sameorigin
def paper(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponseBase:
    """Hand out one paper of the dossier; who took it is written down."""
    submission = require_submission(request.user, pk)
    entry = next((e for e in dossier.entries_of(submission) if e.key == key), None)
    if entry is None or entry.document is not None:
        raise Http404
    packet = submission.packet
    record(
        "submission_downloaded",
        by=actor(request),
        target=submission,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        paper=key,
        sha256=entry.sha256,
    )
    if entry.stored is not None:
        return serve(entry.stored, inline="show" in request.GET)
    response = HttpResponse(entry.data, content_type="application/json")
    response["Content-Disposition"] = content_disposition_header(True, entry.path) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def dossier_zip(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Hand out the whole dossier as a zip with its manifest."""
    submission = require_submission(request.user, pk)
    packet = submission.packet
    record(
        "dossier_downloaded",
        by=actor(request),
        target=submission,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
    )
    # On disk beyond a megabyte: scans weigh tens of them.
    target = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 - the response closes it
    dossier.zip_one(submission, target)
    target.seek(0)
    response = FileResponse(
        target, as_attachment=True, filename=f"{dossier.name_of(submission)}.zip"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """Go to the next submission to check: after this one in the same call, then the oldest."""
    queue = Submission.objects.handed_in_to(own_issuers(request)).to_check()
    queue = queue.order_by("handed_in_at", "pk")
    here = _here(request)
    found = None
    if here is not None:
        same = queue.filter(packet__call=here.packet.call_id).exclude(pk=here.pk)
        found = same.filter(handed_in_at__gte=here.handed_in_at).first() or same.first()
    found = found or (queue.exclude(pk=here.pk) if here else queue).first()
    if found is None:
        messages.success(request, _("Nothing is waiting for a formal check."))
        return back_to("reviews_submission_changelist")
    return _back(found.pk)


def _here(request: HttpRequest) -> Submission | None:
    """Return the submission the person comes from, when it is hers to see."""
    try:
        return require_submission(request.user, uuid.UUID(request.GET.get("after", "")))
    except (ValueError, Http404):
        return None
