"""Lets somebody else sign and stamp in a box of the printed form."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

BOXES = [
    ("", "No box on the form"),
    ("signed", "Opinion with signature"),
    ("sealed", "Opinion with signature and seal"),
]


class Migration(migrations.Migration):
    """Adds the box and its signer; every paper so far is one of its own."""

    dependencies = [("calls", "0017_yearly_deliverables")]

    operations = [
        migrations.AddField(
            model_name="paperrule",
            name="box",
            field=models.CharField(
                blank=True,
                choices=BOXES,
                default="",
                max_length=6,
                verbose_name="box on the printed form",
            ),
        ),
        migrations.AddField(
            model_name="paperrule",
            name="box_signer",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="who signs in the box"
            ),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="paperrule", name="paper_is_handed_in_somehow"),
        migrations.AddConstraint(
            model_name="paperrule",
            constraint=models.CheckConstraint(
                condition=Q(copies__gt=0) | ~Q(formats=[]) | ~Q(box=""),
                name="paper_is_handed_in_somehow",
                violation_error_message=(
                    "State a number of copies, a kind of file, or both; or a box on the form."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="paperrule",
            constraint=models.CheckConstraint(
                condition=Q(box="") | Q(copies=0, formats=[], blind=False),
                name="paper_box_is_on_the_form",
                violation_error_message=(
                    "A box on the form is no paper of its own: no copies, files or blind one."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="paperrule",
            constraint=models.CheckConstraint(
                condition=~Q(box="") | Q(box_signer=""),
                name="paper_signer_has_a_box",
                violation_error_message="Who signs is said of a box on the form only.",
            ),
        ),
    ]
