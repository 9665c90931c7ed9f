"""The exhibition's catalogue beside a run: products, their ways back, enquiries."""

from holin.web.hall import catalogue, enquiries, products

ROUTERS = (catalogue.router, products.router, enquiries.router)

__all__ = ["ROUTERS"]
