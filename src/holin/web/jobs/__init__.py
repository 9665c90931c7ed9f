"""Jobs over HTTP: what may be asked for, how it stands, and what becomes of what it made."""

from holin.web.jobs.events import router as _events
from holin.web.jobs.routes import router as _jobs
from holin.web.jobs.what_if import router as _what_if

ROUTERS = (_events, _jobs, _what_if)
"""In this order: `/jobs/events` is no job's id."""

__all__ = ["ROUTERS"]
