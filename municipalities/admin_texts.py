"""Form fields of the administration for texts in each language of the site."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _


class TextsWidget(forms.MultiWidget):
    def __init__(self, widget: type[forms.Widget]) -> None:
        labels = {code: get_language_info(code)["name_local"] for code, _name in settings.LANGUAGES}
        super().__init__({code: widget(attrs={"aria-label": label}) for code, label in labels.items()})
        for code, part in zip(labels, self.widgets, strict=True):
            part.attrs["placeholder"] = labels[code]

    def decompress(self, value: Any) -> list[str]:
        texts = value if isinstance(value, dict) else {}
        return [texts.get(code, "") for code, _name in settings.LANGUAGES]


class TextsField(forms.MultiValueField):
    """One text per language of the site, stored as `{"hu": …, "en": …}`."""

    widget_class: type[TextsWidget] = TextsWidget

    def __init__(self, *, widget: type[forms.Widget], **kwargs: Any) -> None:
        fields = [forms.CharField(required=False) for _language in settings.LANGUAGES]
        super().__init__(fields, widget=self.widget_class(widget), require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        pairs = zip([code for code, _name in settings.LANGUAGES], data_list, strict=False)
        texts = {code: text for code, text in pairs if text}
        if self.required and settings.LANGUAGE_CODE not in texts:
            raise forms.ValidationError(_("The site's own language is needed."))
        return texts


class WordsWidget(TextsWidget):
    """A word or a few words on each line."""

    def decompress(self, value: Any) -> list[str]:
        lists = value if isinstance(value, dict) else {}
        return super().decompress({code: "\n".join(words) for code, words in lists.items()})


class WordsField(TextsField):
    """Several words per language of the site, stored as `{"hu": ["…", "…"], "en": […]}`."""

    widget_class = WordsWidget

    def compress(self, data_list: list[str]) -> Any:
        texts = super().compress(data_list)
        return {code: [line.strip() for line in text.splitlines() if line.strip()] for code, text in texts.items()}


class OptionsField(forms.CharField):
    """The answers to choose from (`Question.options`), a line each: "code: magyar | English ! stop hu | stop en"."""

    LINE = re.compile(r"(?P<code>[a-z0-9_-]{1,40})\s*:\s*(?P<texts>[^!]+?)\s*(?:!\s*(?P<stops>.+))?")

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{option['code']}: {join(option['texts'])}"
            + (f" ! {join(option['stops'])}" if option.get("stops") else "")
            for option in value
        )

    def to_python(self, value: Any) -> Any:
        options: list[dict[str, Any]] = []
        for number, line in enumerate((super().to_python(value) or "").splitlines(), start=1):
            if not line.strip():
                continue
            match = self.LINE.fullmatch(line.strip())
            if match is None:
                raise forms.ValidationError(
                    _("Line %(number)d is not like “yes: Igen | Yes”."), params={"number": number}
                )
            option: dict[str, Any] = {"code": match["code"], "texts": split(match["texts"])}
            if match["stops"]:
                option["stops"] = split(match["stops"])
            if option["code"] in {other["code"] for other in options}:
                raise forms.ValidationError(
                    _("The code of line %(number)d stands there twice."), params={"number": number}
                )
            options.append(option)
        return options

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


def join(texts: dict[str, str]) -> str:
    return " | ".join(texts.get(code, "") for code, _name in settings.LANGUAGES)


def split(line: str) -> dict[str, str]:
    """Texts in the order of the site's languages; a missing one is left out."""
    parts = [part.strip() for part in line.split("|")]
    return {code: part for (code, _name), part in zip(settings.LANGUAGES, parts, strict=False) if part}
