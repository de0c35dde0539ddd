"""The desk's keys, said once: the buttons' hints, the dialog behind "?" and its page without scripts come from here.

A key acts on the element that carries its name (`{% key "send" %}`), if the page has one: a button is pressed, a
`<details>` opens, a field gets the focus. Digits choose within the part of the page that has the focus, else the body.
Single letters only, never in a field, and each person can switch them off (WCAG 2.1.4).
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Key(NamedTuple):
    name: str
    keys: tuple[str | Promise, ...]  # as `KeyboardEvent.key`, lower case; several do the same
    label: Promise


GROUPS: list[tuple[Promise, list[Key]]] = [
    (
        _("Decide"),
        [
            Key("send", ("s",), _("Publish and send to the chosen body")),
            Key(
                "ask",
                ("q", "a"),
                _("Ask or write to the reporter; then a digit for the question, Enter sends it"),
            ),
            Key("reject", ("r",), _("Do not publish; then a digit for the reason, Enter sends it")),
            Key("duplicate", ("d",), _("Duplicates; then a digit compares, and D joins them")),
            Key("hide", ("h",), _("Hide the report; Enter does it")),
            Key("restore", ("b",), _("Bring it back: restore, or back into the queue")),
            Key("save", ("w",), _("Save without deciding")),
            Key("note", ("i",), _("Internal note")),
            Key("undo", ("u", "z"), _("Undo the last act")),
            Key("preview", ("v",), _("The letter as the body would get it")),
            Key(
                "more",
                ("x",),
                _(
                    "More: then 1 splits, 2 highlights, 3 shows the letters, 4 enters an answer, 5 has read what "
                    "the reporter wrote, 6 hides the last step"
                ),
            ),
        ],
    ),
    (
        _("Comments, flags, mails and failed letters"),
        [
            Key("yes", ("1",), _("Show, accept, nothing wrong; a letter that failed: try again")),
            Key("no", ("2",), _("Hide, or do not accept; Enter sends the reason")),
            Key("file", ("0",), _("File the mail without publishing it")),
            Key("unmatch", ("9",), _("The mail is not of this report")),
            Key("match", ("1–8",), _("Match the mail with a report that was found")),
        ],
    ),
    (
        _("Change"),
        [
            Key("body", ("1–5",), _("Choose a suggested body")),
            Key("other", ("o",), _("Another body: type to find it")),
            Key("category", ("c",), _("Category: a digit takes a suggestion, letters find one")),
            Key("title", ("t",), _("Edit the title")),
            Key("edit", ("e",), _("Edit the description")),
            Key("letter", ("l",), _("Add a word to the body")),
            Key("map", ("m",), _("Go to the map; arrows move it")),
            Key("private", ("y",), _("Private or public")),
        ],
    ),
    (
        _("Look and move on"),
        [
            Key(
                "photos",
                ("p",),
                _("Photos large: arrows turn over, + and − zoom, E edits, H hides, B shows again, Esc closes"),
            ),
            Key("history", ("f",), _("What happened so far")),
            Key("next", ("n",), _("Next case, this one is left as it is")),
            Key("take", ("k",), _("Take the case, take it over, or put it back")),
            Key("give", ("j",), _("Give the case to somebody")),
            Key("queue", ("g",), _("Back: to the queue, or from a page beside it to the case")),
            Key("search", ("/",), _("Search any report")),
            Key("help", ("?",), _("This list")),
            Key("leave", (pgettext_lazy("key", "Esc"),), _("Leave a field or a list: back to where you were")),
        ],
    ),
]
KEYS: dict[str, Key] = {key.name: key for _group, keys in GROUPS for key in keys}
# What has no letter of its own, so that no element may carry it.
SPOKEN = ("body", "leave", "yes", "no", "file", "unmatch", "match")
