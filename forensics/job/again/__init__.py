"""Working a case out again from its originals, and holding the result against what it says.

Hashes and the chain show that nothing was changed afterwards by somebody without the means to make
them fit. They do not show that the numbers were ever right: whoever writes the record can write any
number into a table and the hash of that table into the record. Here every number is made again.

Reading order: `repeat` (the flow), `stage` (a case folder of its own in a temporary place),
`compare` (tables), `pages` (report and summary), `people` (conclusions that people wrote),
`versions`.
"""

from forensics.job.again.parts import Part, Rerun, VersionNote
from forensics.job.again.repeat import rerun

__all__ = ["Part", "Rerun", "VersionNote", "rerun"]
