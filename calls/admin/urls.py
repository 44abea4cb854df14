"""Addresses of the call editor, mounted by the admin of calls before its own."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from calls.admin import (
    builder,
    forwarding,
    lifecycle,
    overview,
    parts,
    reading,
    revising,
    rules,
    trial,
)

_CALL = "<int:pk>/editor/"
_PART = f"{_CALL}<slug:slug>/<int:row_pk>/"


def urls(site: AdminSite) -> list[URLPattern]:
    """Return every page of the editor, each guarded by the site; views authorise the call."""
    guard = site.admin_view
    return [
        path("new/", guard(lifecycle.new), name="calls_call_new"),
        path("import/", guard(lifecycle.take_in), name="calls_call_import"),
        path("forward/", guard(forwarding.forward), name="calls_call_forward"),
        path("from-notice/", guard(reading.paste), name="calls_call_from_notice"),
        path("from-notice/confirm/", guard(reading.confirm), name="calls_call_confirm_notice"),
        path(_CALL, guard(overview.overview), name="calls_call_editor"),
        path(f"{_CALL}file.yaml", guard(lifecycle.take_out), name="calls_call_export"),
        path(f"{_CALL}form/", guard(builder.build), name="calls_call_form"),
        path(f"{_CALL}form/order/", guard(builder.order), name="calls_form_order"),
        path(f"{_CALL}form/revise/", guard(revising.revise), name="calls_form_revise"),
        path(f"{_CALL}preview/", guard(trial.try_out), name="calls_call_preview"),
        path(f"{_CALL}publish/", guard(lifecycle.publish), name="calls_call_publish"),
        path(f"{_CALL}archive/", guard(lifecycle.archive), name="calls_call_archive"),
        path(f"{_CALL}copy/", guard(lifecycle.clone), name="calls_call_clone"),
        path(f"{_CALL}discard/", guard(lifecycle.discard), name="calls_call_discard"),
        path(f"{_CALL}usual-step/", guard(builder.usual), name="calls_call_step"),
        path(f"{_CALL}attach/", guard(lifecycle.add_file), name="calls_call_attach"),
        path(f"{_CALL}set/<slug:slug>/", guard(lifecycle.settings), name="calls_call_settings"),
        path(
            f"{_CALL}open-point/<int:row_pk>/settle/",
            guard(reading.settle),
            name="calls_open_point_settle",
        ),
        path(
            f"{_CALL}open-point/<int:row_pk>/declare/",
            guard(reading.declare),
            name="calls_open_point_declare",
        ),
        path(f"{_CALL}rule/add/", guard(rules.add), name="calls_rule_add"),
        path(f"{_CALL}rule/<int:row_pk>/", guard(rules.edit), name="calls_rule_edit"),
        path(f"{_CALL}rule/<int:row_pk>/ask/", guard(rules.ask), name="calls_rule_ask"),
        path(f"{_CALL}<slug:slug>/add/", guard(parts.add), name="calls_part_add"),
        path(_PART, guard(parts.edit), name="calls_part_edit"),
        path(f"{_PART}copy/", guard(builder.duplicate), name="calls_part_copy"),
        path(f"{_PART}move/", guard(parts.shift), name="calls_part_move"),
        path(f"{_PART}remove/", guard(parts.remove), name="calls_part_remove"),
    ]
