"""What is in each column. Rows are found by what they say, not by numbers of this database: a file may be another's."""

from typing import Any

import tablib
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import Diff, ModelResource
from import_export.widgets import BooleanWidget, ForeignKeyWidget, Widget

from municipalities.actions_rules import save_rule
from municipalities.models import Area, Category, Contact, Institution, Responsibility, StreetGroup
from municipalities.models.sending_options import SendingOptions

# -- Cells --------------------------------------------------------------------------------------------------


class YesNo(BooleanWidget):
    TRUE_VALUES = ["1", 1, True, "true", "TRUE", "True", "yes", "Yes", "igen", "Igen", "x", "X"]
    FALSE_VALUES = ["0", 0, False, "false", "FALSE", "False", "no", "No", "nem", "Nem", "", None]

    def clean(self, value: Any, row: Any = None, **options: Any) -> bool:
        if value in self.TRUE_VALUES:
            return True
        if value in self.FALSE_VALUES:
            return False
        raise ValueError(_("Write yes or no, not “%(value)s”.") % {"value": value})


class Known(ForeignKeyWidget):
    """Another row by its name; an empty cell is none."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> models.Model | None:
        value = str(value or "").strip()
        if not value:
            return None
        try:
            return self.find(value, row or {})
        except self.model.DoesNotExist as error:
            raise ValueError(
                _("“%(value)s” is not known as %(kind)s.") % {"value": value, "kind": self.model._meta.verbose_name}
            ) from error

    def find(self, value: str, row: dict[str, Any]) -> models.Model:
        return self.model._default_manager.get(**{self.field: value})


class KnownArea(Known):
    """ "district 09": the kind and the code. Its newest generation stands for all."""

    def find(self, value: str, row: dict[str, Any]) -> models.Model:
        kind, _blank, code = value.partition(" ")
        return Area.objects.current().get(kind=kind, code=code.strip())

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return f"{value.kind} {value.code}" if value else ""


class KnownContact(Known):
    """By its address, among those of the institution of the same row."""

    def find(self, value: str, row: dict[str, Any]) -> models.Model:
        found = Contact.objects.filter(institution__name=row.get("institution", ""), address=value).first()
        if found is None:
            raise Contact.DoesNotExist
        return found


class Typed(Widget):
    """Lists, times, days: as the form of the administration reads them."""

    def __init__(self, field: "models.Field[Any, Any]") -> None:
        super().__init__()
        self.form_field: Any = field.formfield()
        self.is_list = isinstance(field, ArrayField)

    def clean(self, value: Any, row: Any = None, **options: Any) -> Any:
        try:
            found = self.form_field.clean(str(value or "").strip())
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error
        return (found or []) if self.is_list else found

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return "" if value is None else str(value)


class Shape(Widget):
    """Lines or polygons as WKT: POLYGON((19.05 47.49, …))."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> GEOSGeometry | None:
        value = str(value or "").strip()
        try:
            return GEOSGeometry(value, srid=4326) if value else None
        except (GEOSException, ValueError, TypeError) as error:
            raise ValueError(_("This is no shape; write it as WKT.")) from error

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value.wkt if value else ""


# -- Tables -------------------------------------------------------------------------------------------------


class Change(Diff):
    def as_html(self) -> list[SafeString]:
        """Old and new beside each other; the library's own marks need styles in the page."""
        return [
            format_html("{}", new)
            if old == new
            else format_html("<del>{}</del> <ins>{}</ins>", "" if self.new else old, new)
            for old, new in zip(self.left, self.right, strict=True)
        ]


class Exchanged(ModelResource):
    """A file's rows are new or found by `import_id_fields`; unchanged ones are skipped, none are deleted."""

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def get_diff_class(self) -> type[Diff]:
        return Change

    @classmethod
    def widget_from_django_field(cls, f: "models.Field[Any, Any]", default: type[Widget] = Widget) -> Any:
        if isinstance(f, models.BooleanField):
            return YesNo
        if isinstance(f, ArrayField | models.TimeField | models.DateField):
            return lambda **options: Typed(f)
        if f.name == "shape":
            return Shape
        return super().widget_from_django_field(f, default)

    def before_import(self, dataset: tablib.Dataset, **options: Any) -> None:
        """A column that is not known is more likely misspelt than meant for nobody."""
        self.actor = options.get("user")
        known = {field.column_name for field in self.get_import_fields()}
        strange = [name for name in dataset.headers or [] if name not in known]
        if strange:
            raise ValueError(_("Unknown columns: %(names)s.") % {"names": ", ".join(strange)})


class InstitutionResource(Exchanged):
    class Meta(Exchanged.Meta):
        model = Institution
        fields = ("name", "kind", "refuses", "refusal_note", "website", "is_active")
        import_id_fields = ("name",)


class ContactResource(Exchanged):
    """How a body is reached. Keys and secrets of its servers are in no file."""

    institution = Field("institution", "institution", Known(Institution, "name"))

    class Meta(Exchanged.Meta):
        model = Contact
        fields = (
            "institution", "channel", "address", "name", "language", "position", "is_active",
            *(field.name for field in SendingOptions._meta.get_fields()),
        )  # fmt: skip
        import_id_fields = ("institution", "channel", "address")


class Kept(Exchanged):
    """What has a history: an import is one change of each row, by whoever confirmed it."""

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        save_rule(instance, actor=self.actor)


class StreetGroupResource(Kept):
    class Meta(Exchanged.Meta):
        model = StreetGroup
        fields = ("name", "streets", "shape", "metres")
        import_id_fields = ("name",)


class ResponsibilityResource(Kept):
    """A rule is what it says of place, kind, day and body: another body is another rule, the old one is ended."""

    area = Field("area", "area", KnownArea(Area))
    category = Field("category", "category", Known(Category, "slug"))
    street_group = Field("street_group", "street_group", Known(StreetGroup, "name"))
    institution = Field("institution", "institution", Known(Institution, "name"))
    contact = Field("contact", "contact", KnownContact(Contact, "address"))

    class Meta(Exchanged.Meta):
        model = Responsibility
        import_id_fields = (
            "institution", "effect", "area", "category", "street_group", "shape", "answer_code", "answer_value",
            "valid_from", "valid_to", "weekdays", "months",
        )  # fmt: skip
        exclude = ("id", "weight")


RESOURCES: dict[str, type[Exchanged]] = {
    "institutions": InstitutionResource,
    "contacts": ContactResource,
    "street_groups": StreetGroupResource,
    "rules": ResponsibilityResource,
}
