"""The signed passports beside a run, and each alone for who holds its paper."""

from holin.web.passport import listed, public

ROUTERS = (listed.router, public.router)

__all__ = ["ROUTERS"]
