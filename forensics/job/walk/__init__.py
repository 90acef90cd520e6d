"""Walking a case: from anything the report names down to bytes of a file, and back up.

Reading order: `way` (the flow), `names` (what an id means), `tree` (what comes out), `down`
(conclusion to rows), `up` (what uses a row), `excerpts` and `pictures` (the bytes), `since` (what
changed since a seal).
"""

from forensics.job.walk.since import Change, Changes, changes
from forensics.job.walk.tree import Excerpt, Line, Node
from forensics.job.walk.way import trace

__all__ = ["Change", "Changes", "Excerpt", "Line", "Node", "changes", "trace"]
