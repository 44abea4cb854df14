"""Setting documents outside the request."""

from __future__ import annotations

from celery import shared_task
from celery.signals import worker_init, worker_process_init

from portal.documents import services


@shared_task(acks_late=True, reject_on_worker_lost=True)
def render(document_id: str) -> None:
    """Set one document; runs from one of the queues handin, preview and batch."""
    services.render_document(document_id)


@shared_task
def sweep() -> None:
    """Send lost documents again and delete previews of yesterday."""
    services.sweep()
    services.forget_old_drafts()


@worker_init.connect
def warm_up(**_arguments: object) -> None:
    """Load WeasyPrint, style sheet and faces before the pool forks: each document starts warm."""
    from portal.documents import pages
    from portal.documents.render.pdf import warm

    warm(pages.css())


@worker_process_init.connect
def have_children_ready(**_arguments: object) -> None:
    """Let each process of the pool fork a document's child before the document comes."""
    from portal.documents.render.pdf import fork_ahead

    fork_ahead()
