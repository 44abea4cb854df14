"""Addresses of the association's work, mounted inside the admin by its site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from reviews import project_urls
from reviews.views import (
    archive,
    awards,
    bulk,
    call,
    deciding,
    evening,
    exceptions,
    experts,
    feedback,
    feeding,
    figures,
    list_scan,
    meeting,
    objection,
    openness,
    panel,
    paper,
    publicity,
    records,
    retention,
    sealing,
    submission,
    summary,
    waiting,
)

_CALL = "reviews/call/<int:pk>/"
_ONE = "reviews/submission/<uuid:pk>/"
_STAGE = "reviews/stage/<int:pk>/"
_RECORD = "reviews/record/<uuid:pk>/"
_EXPERT = "reviews/expert/<int:pk>/"
_OBJECTION = "reviews/objection/<uuid:pk>/"
_EXPERTS = "reviews/experts/"

# What lets staff alone in.
_Guard = Callable[[Any], Any]


def urls(site: AdminSite) -> list[URLPattern]:
    """Return every page, each guarded by the site; objects are authorised by the views."""
    guard = site.admin_view
    return [
        *project_urls.urls(site),
        *_of_calls(guard),
        *_of_submissions(guard),
        *_of_reviews(guard),
        *_of_experts(guard),
        *_of_everything(guard),
    ]


def _of_calls(guard: _Guard) -> list[URLPattern]:
    """Return the pages of a call, its lists and objections."""
    return [
        path(_CALL, guard(call.overview), name="reviews_call"),
        path(f"{_CALL}register/", guard(call.register), name="reviews_register"),
        path(f"{_CALL}dossiers/", guard(call.dossiers), name="reviews_dossiers"),
        path(f"{_CALL}forms/", guard(call.forms), name="reviews_forms"),
        path(f"{_CALL}hand-up/", guard(feeding.page), name="reviews_hand_up"),
        path(f"{_CALL}evening/", guard(evening.page), name="reviews_evening"),
        path(f"{_CALL}evening.xlsx", guard(evening.table), name="reviews_evening_table"),
        path(f"{_CALL}deciding/", guard(deciding.table), name="reviews_deciding"),
        path(f"{_CALL}publish/", guard(deciding.publish), name="reviews_publish"),
        path(f"{_CALL}approval/", guard(publicity.approval), name="reviews_approval"),
        path(f"{_CALL}publicise/", guard(publicity.publicise), name="reviews_publicise"),
        path(f"{_CALL}publicity/", guard(publicity.overview), name="reviews_publicity"),
        path(f"{_CALL}publicity/strike/", guard(publicity.strike), name="reviews_strike"),
        path(f"{_CALL}publicity/off/", guard(publicity.call_off), name="reviews_call_off"),
        path(f"{_CALL}announce/", guard(publicity.announce), name="reviews_announce"),
        path(f"{_CALL}awards/", guard(awards.page), name="reviews_awards"),
        path(f"{_CALL}awards/<int:award_pk>.pdf", guard(awards.pdf), name="reviews_award"),
        path(f"{_CALL}feedback/", guard(feedback.page), name="reviews_feedback"),
        path(_OBJECTION, guard(objection.page), name="reviews_objection"),
        path(
            f"{_OBJECTION}files/<int:file_pk>/",
            guard(objection.evidence),
            name="reviews_objection_file",
        ),
        path(f"{_CALL}exceptions/", guard(exceptions.page), name="reviews_exceptions"),
        path(f"{_CALL}paper/", guard(paper.page), name="reviews_paper_register"),
        path(f"{_CALL}paper/photo/", guard(paper.photo), name="reviews_paper_photo"),
        path(f"{_CALL}paper.xlsx", guard(paper.table), name="reviews_paper_table"),
        path(f"{_CALL}paper/<int:arrival>/undo/", guard(paper.undo), name="reviews_paper_undo"),
        path(f"{_CALL}archive/", guard(archive.page), name="reviews_archive"),
        path(f"{_CALL}archive/<int:run>.zip", guard(archive.download), name="reviews_archive_file"),
        path(
            f"{_CALL}archive/<int:run>/check/", guard(archive.check), name="reviews_archive_check"
        ),
    ]


def _of_submissions(guard: _Guard) -> list[URLPattern]:
    """Return the pages of single applications."""
    return [
        path(f"{_ONE}list-scan/<uuid:made>/", guard(list_scan.compare), name="reviews_list_scan"),
        path(f"{_ONE}openness/", guard(openness.page), name="reviews_openness"),
        path("reviews/submission/next/", guard(submission.following), name="reviews_next"),
        path("reviews/submission/accept/", guard(bulk.accept), name="reviews_accept_many"),
        path("reviews/submission/seal/", guard(sealing.seal), name="reviews_seal"),
        path(f"{_ONE}check/", guard(submission.check), name="reviews_check"),
        path(f"{_ONE}return/", guard(submission.send_back), name="reviews_return"),
        path(f"{_ONE}refuse/", guard(submission.refuse), name="reviews_refuse"),
        path(f"{_ONE}reopen/", guard(submission.reopen), name="reviews_reopen"),
        path(f"{_ONE}flags/<int:flag>/", guard(submission.settle_flag), name="reviews_flag"),
        path(f"{_ONE}scans/<int:scan>/", guard(submission.compare_scan), name="reviews_scan"),
        path(f"{_ONE}print/", guard(submission.print_again), name="reviews_print"),
        path(f"{_ONE}versions/<int:no>/", guard(submission.older), name="reviews_version"),
        path(f"{_ONE}papers/<slug:key>/", guard(submission.paper), name="reviews_paper"),
        path(f"{_ONE}dossier.zip", guard(submission.dossier_zip), name="reviews_dossier"),
    ]


def _of_reviews(guard: _Guard) -> list[URLPattern]:
    """Return the pages of the review by experts."""
    return [
        path(_STAGE, guard(panel.overview), name="reviews_panel"),
        path(f"{_STAGE}sheet/", guard(panel.sheet), name="reviews_sheet"),
        path(f"{_STAGE}assign/", guard(panel.assign), name="reviews_assign"),
        path(f"{_STAGE}summary/", guard(summary.summary), name="reviews_summary"),
        path(f"{_STAGE}summary.xlsx", guard(summary.table), name="reviews_summary_table"),
        path(f"{_STAGE}take-over/", guard(summary.take_over), name="reviews_take_over"),
        path(f"{_STAGE}take-back/", guard(panel.take_back), name="reviews_take_back"),
        path(f"{_STAGE}records/", guard(records.page), name="reviews_records"),
        path(f"{_STAGE}meeting/", guard(meeting.plan), name="reviews_meeting_plan"),
        path("reviews/meeting/<int:pk>/", guard(meeting.page), name="reviews_meeting"),
        path(f"{_RECORD}sign/", guard(records.sign), name="reviews_record_sign"),
        path(f"{_RECORD}<slug:which>/", guard(records.paper), name="reviews_record"),
        path("reviews/assignment/<uuid:pk>/", guard(panel.assignment), name="reviews_assignment"),
    ]


def _of_experts(guard: _Guard) -> list[URLPattern]:
    """Return the pages of the register of experts."""
    return [
        path(f"{_EXPERTS}template.xlsx", guard(experts.template), name="reviews_experts_template"),
        path(f"{_EXPERTS}upload/", guard(experts.upload), name="reviews_experts_upload"),
        path(f"{_EXPERTS}<uuid:pk>/", guard(experts.diff), name="reviews_experts_diff"),
        path(f"{_EXPERT}invite/", guard(experts.invite), name="reviews_expert_invite"),
        path(f"{_EXPERT}end/", guard(experts.end), name="reviews_expert_end"),
    ]


def _of_everything(guard: _Guard) -> list[URLPattern]:
    """Return the pages of all calls together."""
    return [
        path("reviews/waiting/", guard(waiting.page), name="reviews_waiting"),
        path("reviews/retention/", guard(retention.page), name="reviews_retention"),
        path("reviews/retention/<uuid:pk>/", guard(retention.keep), name="reviews_retention_keep"),
        path("reviews/figures/", guard(figures.page), name="reviews_figures"),
        path("reviews/figures.xlsx", guard(figures.workbook), name="reviews_figures_workbook"),
        path("reviews/figures/report/", guard(figures.report), name="reviews_report"),
    ]
