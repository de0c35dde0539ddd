"""What people write under a report: a comment, whether it is solved, what is wrong with something."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reports.fields import LineField, PhotosField, WordsField
from reports.forms import ask_for_photos
from reports.models import FlagVoice


class TalkForm(forms.Form):
    """Who is not signed in gives an address, which is asked by mail; `photo_errors` says what became of the files."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send one mail with a button: only then does it count. Nobody sees the address."),
        max_length=254,
        error_messages={
            "required": _("Give your e-mail address: you confirm your words from there."),
            "invalid": _("This is not an e-mail address. It looks like name@example.org."),
        },
    )
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(
        self,
        *args: Any,
        signed_in: bool,
        photo_count: int = 0,
        photo_errors: list[str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.photo_count, self.photo_errors = photo_count, photo_errors or []
        ask_for_photos(self.fields["photos"])
        if signed_in:
            del self.fields["email"]
        else:
            self.fields["email"].widget.attrs |= {"autocomplete": "email"}

    def clean(self) -> dict[str, Any]:
        if self.photo_errors:
            self.add_error("photos", ValidationError(self.photo_errors))
        return super().clean() or {}


class CommentForm(TalkForm):
    text = WordsField(
        label=_("Your comment"),
        help_text=_("Everybody can read it. Leave out names, phone numbers and plates."),
        max_length=2000,
        error_messages={"required": _("Write a few words.")},
    )
    name = LineField(
        label=_("Name to be shown"),
        help_text=_("Leave it empty, and the comment appears without a name."),
        max_length=120,
        required=False,
    )

    field_order = ["text", "photos", "name", "email"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs |= {"rows": 4}
        self.fields["name"].widget.attrs |= {"autocomplete": "off"}
        photos = self.fields["photos"]
        photos.help_text = _("A volunteer looks at photos before they are shown. %(limits)s") % {
            "limits": photos.help_text
        }


class CommentEditForm(forms.Form):
    text = WordsField(label=_("Your comment"), max_length=2000, error_messages={"required": _("Write a few words.")})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs |= {"rows": 4}


class SightingForm(TalkForm):
    answer = forms.ChoiceField(
        label=_("Is it solved?"),
        choices=[("yes", _("Yes, it is solved")), ("no", _("No, the problem is still there"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no."), "invalid_choice": _("Choose yes or no.")},
    )
    text = WordsField(
        label=_("What did you see?"),
        help_text=_("With “no”, the responsible body gets these words. They do not appear on the page."),
        max_length=2000,
        required=False,
    )

    field_order = ["answer", "photos", "text", "email"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs |= {"rows": 3}
        photos = self.fields["photos"]
        photos.label = _("Photo of the place as it is now")
        photos.help_text = _("Needed with “yes”. A volunteer looks at it before it is shown. %(limits)s") % {
            "limits": photos.help_text
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        answer = data.get("answer")
        if answer == "yes" and not self.photo_count and "photos" not in self.errors:
            self.add_error("photos", _("Add a photo that shows that it is solved."))
        if answer == "no" and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write in a few words what is still wrong."))
        return data


class FlagForm(forms.Form):
    """`targets`: what may be pointed at, as (key, label)."""

    target = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=FlagVoice.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason."), "invalid_choice": _("Choose the reason.")},
    )
    text = WordsField(
        label=_("In your words"),
        help_text=_("Only our volunteers read it."),
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, targets: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"].choices = targets  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs |= {"rows": 3}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == FlagVoice.Reason.OTHER and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Tell us in a few words what is wrong."))
        return data
