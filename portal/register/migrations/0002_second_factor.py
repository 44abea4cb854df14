"""Gives authenticators a name of the portal's own, as a proxy of the library's table."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("mfa", "0003_authenticator_type_uniq"),
        ("register", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondFactor",
            fields=[],
            options={
                "verbose_name": "second factor",
                "verbose_name_plural": "second factors",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("mfa.authenticator",),
        ),
    ]
