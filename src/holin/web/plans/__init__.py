"""Plans and frontiers over HTTP."""

from holin.web.plans.routes import router

__all__ = ["router"]
