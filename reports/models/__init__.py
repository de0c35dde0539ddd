from reports.models.answer import Answer
from reports.models.assignment import Assignment
from reports.models.comment import Comment, CommentText
from reports.models.draft import Draft
from reports.models.event import EventAttachment, EventText, ReportEvent
from reports.models.flag import Flag, FlagVoice
from reports.models.follow import Follow
from reports.models.handling import HandlingRating
from reports.models.limit import SendCount, SendSalt
from reports.models.mapcell import MapCell
from reports.models.photo import Photo, PhotoPicture
from reports.models.rating import AnswerRating
from reports.models.report import Report
from reports.models.sighting import Sighting, SightingText
from reports.models.support import Support
from reports.models.timer import Timer, TimerKind

__all__ = [
    "Answer",
    "AnswerRating",
    "Assignment",
    "Comment",
    "CommentText",
    "Draft",
    "EventAttachment",
    "EventText",
    "Flag",
    "FlagVoice",
    "Follow",
    "HandlingRating",
    "MapCell",
    "Photo",
    "PhotoPicture",
    "Report",
    "ReportEvent",
    "SendCount",
    "SendSalt",
    "Sighting",
    "SightingText",
    "Support",
    "Timer",
    "TimerKind",
]
