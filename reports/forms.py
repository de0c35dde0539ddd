"""What a reporter fills in."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reports.fields import CategoryField, LineField, PhotosField, WordsField
from reports.models import Report
from reports.place_forms import PlaceForm
from reports.question_forms import QuestionsForm

PHOTO_TYPES = "image/*,.heic,.heif,.avif"


def photos_help() -> str:
    """The limits in words, read when the page is shown."""
    return str(_("Up to %(count)d pictures of at most %(megabytes)d MB each; JPEG, PNG, WebP, HEIC, AVIF or GIF.")) % {
        "count": settings.PHOTO_MAX_COUNT,
        "megabytes": settings.PHOTO_MAX_BYTES // 2**20,
    }


def ask_for_photos(field: forms.Field) -> None:
    field.help_text = photos_help()
    field.widget.attrs |= {
        "accept": PHOTO_TYPES,
        "multiple": True,
        # For `static/reports/new_photos.js`.
        "data-max-count": str(settings.PHOTO_MAX_COUNT),
        "data-max-bytes": str(settings.PHOTO_MAX_BYTES),
        "data-shrink-to": str(settings.PHOTO_SHRINK_TO),
        "data-upload-url": reverse("photo_upload"),
    }


class ReportForm(QuestionsForm, PlaceForm):
    """A new report.

    `photo_count` and `photo_errors` say what became of the files; `signed_in` people give no mail address.
    """

    # What comes by inheritance, the place and the category's questions, is asked after these.
    field_order = ["kind", "praise_public", "photos", "no_photo_reason"]
    asks_questions = True  # of the category

    photos = PhotosField(label=_("Photos"), required=False)
    no_photo_reason = LineField(label=_("Why is there no photo?"), max_length=300, required=False)
    description = WordsField(
        label=_("What is the problem?"),
        help_text=_("What do you see, and whom does it bother? Leave out names, phone numbers and plates."),
        max_length=4000,
        error_messages={"required": _("Describe in a sentence or two what the problem is.")},
    )
    category = CategoryField(label=_("Category"), required=False, empty_label=_("I do not know, please choose for me"))
    title = LineField(label=_("Short title"), max_length=150, required=False)
    kind = forms.ChoiceField(
        label=_("What do you want to tell?"),
        choices=[
            (Report.Kind.PROBLEM, _("A problem")),
            (Report.Kind.QUESTION, _("A question")),
            (Report.Kind.PRAISE, _("Praise, thanks")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    praise_public = forms.BooleanField(
        label=_("Everybody may read the praise"),
        help_text=_("Else only the body gets it, and you see it among your reports."),
        required=False,
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You confirm the report from there and get the news. Nobody sees the address, not even the body."),
        max_length=254,
        error_messages={
            "required": _("Give your e-mail address: you confirm the report from there."),
            "invalid": _("This is not an e-mail address. It looks like name@example.org."),
        },
    )
    name = LineField(label=_("Your name"), max_length=120, required=False)
    show_name = forms.BooleanField(label=_("My name may be shown with the report"), required=False)

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
        self.fields["description"].widget.attrs |= {"rows": 5}
        self.fields["name"].widget.attrs |= {"autocomplete": "name"}
        self.fields["kind"].initial, self.fields["praise_public"].initial = Report.Kind.PROBLEM, True
        if signed_in:
            del self.fields["email"]
        else:
            self.fields["email"].widget.attrs |= {"autocomplete": "email"}
        if self.asks_questions:
            self.ask_questions()

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Report.Kind.PROBLEM

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_photos(data)
        return data

    def _check_photos(self, data: dict[str, Any]) -> None:
        if self.photo_errors:
            self.add_error("photos", ValidationError(self.photo_errors))
        elif data.get("kind") != Report.Kind.PROBLEM:
            return  # there may be nothing to see
        elif not self.photo_count and not data.get("no_photo_reason") and "no_photo_reason" not in self.errors:
            self.add_error("photos", _("Add a photo. If you cannot, say below why there is none."))


class UncheckedForm(ReportForm):
    """Holds what was typed so far, without a word on what is missing yet."""

    def full_clean(self) -> None:
        self._errors, self.cleaned_data = ErrorDict(), {}


class ReplyForm(forms.Form):
    """The reporter's answer to the desk, or why it is not solved."""

    text = WordsField(max_length=4000, error_messages={"required": _("Write a few words.")})

    def __init__(self, *args: Any, label: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = label
        self.fields["text"].widget.attrs |= {"rows": 4}


class InfoForm(ReplyForm):
    photos = PhotosField(label=_("More photos"), required=False)

    def __init__(self, *args: Any, photo_errors: list[str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.photo_errors = photo_errors or []
        ask_for_photos(self.fields["photos"])

    def clean(self) -> dict[str, Any]:
        if self.photo_errors:
            self.add_error("photos", ValidationError(self.photo_errors))
        return super().clean() or {}


class CorrectionForm(forms.Form):
    title = LineField(label=_("Short title"), max_length=150, required=False)
    description = WordsField(
        label=_("What is the problem?"),
        max_length=4000,
        error_messages={"required": _("Describe in a sentence or two what the problem is.")},
    )
