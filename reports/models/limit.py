"""How often somebody has sent, kept for a day at the most and under a name that means nothing the day after."""

import secrets

from django.db import models


def new_salt() -> str:
    return secrets.token_hex(32)


class SendCount(models.Model):
    """Reports sent within one hour by one key: the hash of an IP address, a mail address or a person (`limits`)."""

    key = models.CharField(max_length=64)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "hour"], name="send_count_once_an_hour")]
        indexes = [
            # The purge of what is older than a day.
            models.Index(fields=["hour"], name="send_count_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.hour:%H}: {self.count}"


class SendSalt(models.Model):
    """What the keys of one day are hashed with. Once it is deleted, nobody can find out whose they were."""

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64, default=new_salt)

    def __str__(self) -> str:
        return f"{self.day}"
