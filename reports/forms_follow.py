"""Following by a mail address alone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class FollowForm(forms.Form):
    """`wish`: "follow" for the news alone, "support" for "me too" as well; each stands in a form of its own."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send one mail with a button; after that you get the news. Nobody sees the address."),
        max_length=254,
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is not an e-mail address. It looks like name@example.org."),
        },
    )

    def __init__(self, *args: Any, wish: str, **options: Any) -> None:
        options["auto_id"] = f"{wish}_%s"
        super().__init__(*args, **options)
        self.wish = wish
        self.fields["email"].widget.attrs |= {"autocomplete": "email"}
