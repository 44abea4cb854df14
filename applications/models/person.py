"""Who stands in an application, as prints by which one person is recognised in another."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class PersonPlace(models.Model):
    """One person in one role of an application, written anew at each freeze.

    The prints are keyed hashes: they tell that two applications name the same person, and
    nothing about who it is. See ``applications.persons``.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="person_places")
    # calls.rules.words.PERSON_ROLES
    role = models.CharField(_("meaning"), max_length=20)
    # Of the identity card, of name and day of birth, of name and unit; empty where not known.
    card_print = models.CharField(max_length=64, blank=True)
    born_print = models.CharField(max_length=64, blank=True)
    unit_print = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("person in an application")
        verbose_name_plural = _("persons in applications")
        indexes = [
            models.Index(fields=["card_print"], name="person_by_card", condition=~Q(card_print="")),
            models.Index(fields=["born_print"], name="person_by_born", condition=~Q(born_print="")),
            models.Index(fields=["unit_print"], name="person_by_unit", condition=~Q(unit_print="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(card_print="", born_print="", unit_print=""),
                name="person_place_has_a_print",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} #{self.pk}"
