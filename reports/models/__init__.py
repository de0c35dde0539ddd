from reports.models.assignment import Assignment
from reports.models.draft import Draft
from reports.models.event import EventAttachment, EventText, ReportEvent
from reports.models.follow import Follow
from reports.models.handling import HandlingRating
from reports.models.mapcell import MapCell
from reports.models.photo import Photo
from reports.models.report import Report
from reports.models.support import Support
from reports.models.timer import Timer, TimerKind

__all__ = [
    "Assignment",
    "Draft",
    "EventAttachment",
    "EventText",
    "Follow",
    "HandlingRating",
    "MapCell",
    "Photo",
    "Report",
    "ReportEvent",
    "Support",
    "Timer",
    "TimerKind",
]
