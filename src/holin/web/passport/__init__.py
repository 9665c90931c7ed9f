"""The signed passports beside a run."""

from holin.web.passport import listed

ROUTERS = (listed.router,)

__all__ = ["ROUTERS"]
