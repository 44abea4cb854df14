"""The call: its dates, its switches, its words."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from calls.enums import Agreement, CallState, PacketMode, PaperCounts, Sealing
from portal.people.access import Visitor, issuers_of


def default_reminders() -> list[int]:
    """Hours before the deadline at which holders of drafts are reminded: 7, 2, 1 days, 3 hours."""
    return [168, 48, 24, 3]


class CallQuerySet(models.QuerySet["Call"]):
    """Sets of calls."""

    def published(self) -> CallQuerySet:
        """Calls the public may read, archived ones included."""
        return self.exclude(state=CallState.DRAFT)

    def open_at(self, instant: dt.datetime) -> CallQuerySet:
        """Published calls that take hand-ins at the instant (late doors aside)."""
        return self.filter(state=CallState.PUBLISHED, opens_at__lte=instant, closes_at__gt=instant)

    def visible_to(self, user: Visitor) -> CallQuerySet:
        """Published calls and, for staff, every call of their own issuers."""
        return self.filter(
            ~Q(state=CallState.DRAFT) | Q(issuer__in=[i.pk for i in issuers_of(user)])
        )


class Call(models.Model):
    """A call for applications, published by a notice."""

    issuer = models.ForeignKey("people.Issuer", models.PROTECT, verbose_name=_("issuer"))
    notice = models.OneToOneField(
        "calls.Notice", models.PROTECT, related_name="call", verbose_name=_("notice")
    )
    code = models.SlugField(_("code"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(
        _("state"), max_length=10, choices=CallState, default=CallState.DRAFT, editable=False
    )
    # Goes up with every published change: caches and forms left open notice it.
    revision = models.PositiveIntegerField(default=0, editable=False)

    opens_at = models.DateTimeField(_("opens"))
    # Exclusive: 至3月5日止 is 03-06 00:00 and is shown as 3月5日 24:00.
    closes_at = models.DateTimeField(_("closes"))
    # A later, exclusive end for units whose draft existed at ``closes_at``, and for nobody else.
    drafts_until = models.DateTimeField(
        _("drafts begun before the deadline until"), null=True, blank=True, editable=False
    )
    rolling = models.BooleanField(
        _("applications are taken continuously"),
        default=False,
        help_text=_("They are decided as they come, or in batches where the call has any."),
    )
    signoff_by = models.DateTimeField(
        _("signed off in the unit until"),
        null=True,
        blank=True,
        help_text=_("Leave empty when the deadline itself is early enough."),
    )
    seal_by = models.DateTimeField(
        _("stamped scan until"),
        null=True,
        blank=True,
        help_text=_("Leave empty when the stamped scan must be there at hand-in."),
    )
    paper_copies = models.PositiveSmallIntegerField(_("paper copies"), default=0)
    paper_by = models.DateTimeField(_("paper until"), null=True, blank=True)
    paper_counts = models.CharField(
        _("what counts for paper"),
        max_length=10,
        choices=PaperCounts,
        default=PaperCounts.ARRIVAL,
    )
    result_by = models.DateField(_("result by"), null=True, blank=True)
    result_where = models.CharField(_("result is published at"), max_length=200, blank=True)

    # Over all categories; empty: the notice states none.
    slots_max = models.PositiveIntegerField(_("places in all, at most"), null=True, blank=True)
    total_max = models.DecimalField(
        _("money in all, at most (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    packet_mode = models.CharField(
        _("handed in as"), max_length=10, choices=PacketMode, default=PacketMode.SINGLE
    )
    signoff = models.BooleanField(_("the unit's approver signs off"), default=True)
    two_persons = models.BooleanField(_("filler and approver must be two persons"), default=False)
    sealing = models.CharField(_("seal"), max_length=12, choices=Sealing, default=Sealing.SCAN)
    unknown_facts_pass = models.BooleanField(
        _("a unit whose facts are unknown may apply, marked to be checked"), default=True
    )

    number_prefix = models.CharField(
        _("prefix of application numbers"), max_length=12, default="KX"
    )
    form_title = models.CharField(_("title of the printed form"), max_length=120)
    signatory_words = models.JSONField(
        _("who signs, by kind of unit"), default=dict, blank=True
    )  # {"society": "学会理事长", "": "单位负责人"}
    form_notes = models.TextField(_("notes printed beneath the form"), blank=True)
    two_deciders = models.BooleanField(
        _("a second person approves the decisions"),
        default=False,
        help_text=_("One person proposes the list, another approves it before it is published."),
    )
    word_selected = models.CharField(_("word for selected"), max_length=30, default="入选")
    word_reserve = models.CharField(
        _("word for reserve"), max_length=30, blank=True, default="备选"
    )
    word_not_selected = models.CharField(
        _("word for not selected"), max_length=30, default="未入选"
    )
    agreement = models.CharField(
        _("confirmed before the execution"),
        max_length=10,
        choices=Agreement,
        default=Agreement.NONE,
        blank=True,
    )
    # 本成果由…资助: shown to the unit wherever it hands results in.
    acknowledgement = models.CharField(
        _("words by which results name the support"), max_length=200, blank=True
    )
    # How many experts an applicant may ask to avoid; 0: the call does not ask.
    avoid_experts_max = models.PositiveSmallIntegerField(
        _("experts an applicant may ask to avoid, at most"),
        default=0,
        help_text=_("With reasons, for staff alone. 0: nobody is asked."),
    )
    confidential_how = models.TextField(_("how secret content is handed in offline"), blank=True)
    reminder_hours = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("reminders, hours before the deadline"),
        default=default_reminders,
        blank=True,
    )

    cloned_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="clones"
    )
    # The call of another association into which this one recommends; see services/forwarding.py.
    parent_call = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="forwarded"
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "code"],
                name="call_code_once_per_issuer",
                violation_error_message=_("Another call has this code."),
            ),
            models.UniqueConstraint(
                fields=["issuer", "parent_call"],
                name="call_forwarded_once_per_issuer",
                violation_error_message=_("Your association forwards this call already."),
            ),
            models.CheckConstraint(
                condition=Q(parent_call=None) | ~Q(parent_call=F("id")),
                name="call_does_not_forward_itself",
                violation_error_message=_("A call cannot forward itself."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_it_opens",
                violation_error_message=_("The deadline must lie after the opening."),
            ),
            models.CheckConstraint(
                condition=Q(seal_by=None) | Q(seal_by__gte=F("closes_at")),
                name="call_seal_by_after_close",
                violation_error_message=_("Stamped scans cannot be due before the deadline."),
            ),
            models.CheckConstraint(
                condition=Q(drafts_until=None) | Q(drafts_until__gt=F("closes_at")),
                name="call_drafts_until_after_close",
                violation_error_message=_(
                    "Drafts can only be given more time than the deadline gives everybody."
                ),
            ),
            models.CheckConstraint(
                condition=Q(signoff_by=None)
                | Q(signoff_by__gt=F("opens_at"), signoff_by__lte=F("closes_at")),
                name="call_signoff_by_while_open",
                violation_error_message=_(
                    "The unit's sign-off is due between the opening and the deadline."
                ),
            ),
            models.CheckConstraint(
                condition=Q(signoff_by=None) | Q(signoff=True),
                name="call_signoff_by_needs_signoff",
                violation_error_message=_(
                    "A day for the sign-off is given, but nobody signs off in the unit."
                ),
            ),
            models.CheckConstraint(
                condition=Q(total_max=None) | Q(total_max__gt=0),
                name="call_total_above_zero",
                violation_error_message=_("The money in all must be more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(slots_max=None) | Q(slots_max__gt=0),
                name="call_slots_above_zero",
                violation_error_message=_("The places in all must be at least one."),
            ),
            models.CheckConstraint(
                condition=Q(state=CallState.DRAFT) | Q(published_at__isnull=False),
                name="published_call_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_end(self) -> dt.datetime:
        """The exclusive end of all hand-ins, late doors aside."""
        return self.drafts_until or self.closes_at

    @property
    def first_end(self) -> dt.datetime:
        """The earliest exclusive end: the call's own, or that of a category that closes before."""
        early = self.categories.closing_early().values_list("closes_at", flat=True)
        return min([self.closes_at, *filter(None, early)])

    def signatory(self, kind: str) -> str:
        """Return who signs for a unit of this kind, in the notice's words."""
        words: dict[str, str] = self.signatory_words
        return words.get(kind) or words.get("", "")


class Contact(models.Model):
    """Whom to ask about a call; staff contact data, published on purpose."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="contacts")
    duty = models.CharField(_("for"), max_length=60, blank=True)
    name = models.CharField(pgettext_lazy("of whom to ask", "name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("mailbox"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
