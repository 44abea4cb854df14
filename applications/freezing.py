"""What a freeze holds: the content that is signed and hashed, and nothing else."""

from __future__ import annotations

from typing import Any

from applications.models import Application, Packet, Version
from applications.states import State


def content_of(packet: Packet, applications: list[Application]) -> dict[str, Any]:
    """Return the packet as plain data: unit, plan, and each application with files and partners.

    File hashes and the names of unit and partners are part of it, so that none of them can be
    exchanged behind a signature.
    """
    organisation = packet.organisation
    return {
        "call": packet.call.code,
        "number": packet.number,
        "unit": {
            "name": organisation.name,
            "uscc": organisation.uscc or "",
            "head": organisation.head_name,
            "address": organisation.address,
            "phone": organisation.phone,
        },
        "plan": packet.plan,
        **_recommender(packet),
        "applications": [_application(a) for a in applications],
    }


def _recommender(packet: Packet) -> dict[str, Any]:
    """Name the recommending unit where there is one, so that it cannot be exchanged either."""
    unit = packet.recommender
    return {"recommender": {"name": unit.name, "uscc": unit.uscc or ""}} if unit else {}


def _application(application: Application) -> dict[str, Any]:
    files = application.attachments.select_related("file")
    return {
        "id": str(application.pk),
        "number": application.number,
        "category": application.category.code,
        "category_title": application.category.full_title,
        "title": application.title,
        "answers": application.answers,
        "files": [
            {
                "key": a.key,
                "id": str(a.file_id),
                "name": a.file.name,
                "size": a.file.size,
                "sha256": a.file.sha256,
            }
            for a in files
        ],
        "partners": [
            {
                "name": p.name,
                "state": p.state,
                "letter_sha256": p.letter.sha256 if p.letter else "",
            }
            for p in application.partners.select_related("letter")
        ],
    }


def draft_version(packet: Packet) -> Version:
    """Return the packet as it stands now in the shape of a version, unsaved, for comparing."""
    applications = list(
        packet.applications.exclude(state=State.WITHDRAWN).select_related("category__parent")
    )
    return Version(
        packet=packet,
        no=0,
        form_revision=packet.form_revision,
        content=content_of(packet, applications),
    )
