"""How green a run is: by the hour, by its certificates, by rules, and whether its books close."""

from holin.web.green import certificates, hours, judged, proofs, story

ROUTERS = (proofs.router, hours.router, judged.router, certificates.router, story.router)

__all__ = ["ROUTERS"]
