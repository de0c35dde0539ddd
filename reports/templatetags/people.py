from django import template
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def people_words(text: str) -> SafeString:
    """What anybody may have written: escaped, in paragraphs, its links marked as nobody's recommendation."""
    linked = urlize(text, nofollow=True, autoescape=True)  # all of the text, so that no rel of its own survives
    return mark_safe(linebreaks(linked).replace('rel="nofollow"', 'rel="nofollow ugc"'))  # noqa: S308
