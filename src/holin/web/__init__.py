"""The server: parks and runs over HTTP, arrays as Arrow, the page's files. It shows, it never computes."""

from holin.accounts import Role
from holin.web.access import LOCAL, Access, Visitor
from holin.web.accounts import Entrance
from holin.web.app import create_app
from holin.web.front import page_is_built
from holin.web.library import Library
from holin.web.serving import serve

__all__ = ["LOCAL", "Access", "Entrance", "Library", "Role", "Visitor", "create_app", "page_is_built", "serve"]
