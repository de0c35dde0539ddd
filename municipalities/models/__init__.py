from municipalities.models.area import Area, AreaPiece, AreaShape
from municipalities.models.category import Category
from municipalities.models.institution import Contact, Institution
from municipalities.models.membership import Membership
from municipalities.models.question import Question
from municipalities.models.responsibility import Counting, Responsibility, StreetGroup
from municipalities.models.rule_change import RuleChange
from municipalities.models.unit import Unit

__all__ = [
    "Area",
    "AreaPiece",
    "AreaShape",
    "Category",
    "Contact",
    "Counting",
    "Institution",
    "Membership",
    "Question",
    "Responsibility",
    "RuleChange",
    "StreetGroup",
    "Unit",
]
