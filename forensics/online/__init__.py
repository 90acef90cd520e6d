"""The only door to the network, and it is shut: geocoders that a flag has to name.

Reading order: `wire.py` (what may leave, and where to), `geocode.py` (one question to a gazetteer
service, shown, recorded, kept). Nothing else in the package opens a connection.
"""

from forensics.online.geocode import SERVICES, Answer, Hit, Question, geocode
from forensics.online.wire import DenyAdapter

__all__ = ["SERVICES", "Answer", "DenyAdapter", "Hit", "Question", "geocode"]
