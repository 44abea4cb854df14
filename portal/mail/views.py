"""The inbox: what the portal has told this person, read or not."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.mail import services
from portal.mail.models import InboxItem

PER_PAGE = 20


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the person's own notes, newest first; looking at the list marks nothing as read."""
    items = InboxItem.objects.visible_to(request.user)
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    unread = items.unread().count()
    request.unread = unread  # type: ignore[attr-defined]  # shown in the navigation
    return render(request, "inbox/inbox.html", {"page": page, "unread": unread})


@require_POST
def read(request: HttpRequest, item_id: int) -> HttpResponse:
    """Mark one note as read and go where it leads."""
    item = get_object_or_404(InboxItem.objects.visible_to(request.user), pk=item_id)
    services.mark_read(InboxItem.objects.visible_to(request.user).filter(pk=item.pk))
    return redirect(item.url or "mail:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    services.mark_read(InboxItem.objects.visible_to(request.user))
    return redirect("mail:inbox")
