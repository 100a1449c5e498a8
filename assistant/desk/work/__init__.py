"""Work on documents somebody sent, done in processes beside the server: bounded in time and memory, queued fairly, taken back at will.

A page makes a task (`tasks`), hands it to `Work`, and tells how far the job is; the command line runs the same task on a
`Bench` of its own. The server never reads an uploaded document itself.
"""

from assistant.desk.work.job import Job, State
from assistant.desk.work.place import Inbox, received
from assistant.desk.work.pool import NoJob, Work
from assistant.desk.work.process import Cancelled
from assistant.desk.work.queue import Busy
from assistant.desk.work.task import Bench, Task

__all__ = ["Bench", "Busy", "Cancelled", "Inbox", "Job", "NoJob", "State", "Task", "Work", "received"]
