"""One table of applications, one of their scans and one of receipts."""

from django.conf import settings
from django.db import models


class Application(models.Model):
    """What the portal keeps of an application, in one row."""

    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=200, db_index=True)
    category = models.CharField(max_length=100)
    state = models.CharField(max_length=20, db_index=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    purpose = models.TextField()
    plan = models.TextField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    people = models.IntegerField(default=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    handed_in_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["-handed_in_at", "pk"]

    def __str__(self) -> str:
        return self.title


class Scan(models.Model):
    """A file on disk."""

    application = models.ForeignKey(Application, models.PROTECT)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class HandIn(models.Model):
    """A receipt."""

    application = models.ForeignKey(Application, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.application)
