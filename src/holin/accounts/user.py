"""Who may have an account: roles, names, and what of them is not right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from holin.errors import ARGUMENT, BadInput, Fault


class Role(StrEnum):
    """What a person is here for."""

    VIEWER = "viewer"
    ENTERPRISE = "enterprise"
    ENGINEER = "engineer"
    AUDITOR = "auditor"
    ADMIN = "admin"


NAME = r"^[a-z0-9][a-z0-9._@-]{0,63}$"
"""How a user's name looks: small letters only, so that no two names look alike."""

PLACE = r"^[^\x00-\x1f/\\]{1,200}$"


@dataclass(frozen=True, kw_only=True)
class User:
    """A person with an account; `park` and `enterprise` are the ids of what a user of that role belongs to."""

    name: str
    role: Role
    park: str = ""
    enterprise: str = ""
    disabled: bool = False
    has_password: bool = False
    made_s: int = 0

    @property
    def belongs_to(self) -> str:
        """PARK/ENTERPRISE, "" where the user belongs to none."""
        return f"{self.park}/{self.enterprise}" if self.enterprise else ""


def belonging(said: str) -> tuple[str, str]:
    """Return the park and the enterprise of a text PARK/ENTERPRISE; raises BadInput where it is none."""
    park, slash, enterprise = said.partition("/")
    if not said:
        return "", ""
    if not slash or not all(re.match(PLACE, part) for part in (park, enterprise)):
        right = "say the ids of the park and of the enterprise, such as huolinguole/ent-12"
        raise BadInput([Fault(file=ARGUMENT, field="enterprise", value=said, problem="names none", right=right)])
    return park, enterprise


def faults_of_user(name: str, role: str, enterprise: str) -> list[Fault]:
    """Return what is wrong with a user that is to be; `enterprise` is PARK/ENTERPRISE or ""."""
    faults = []
    if not re.match(NAME, name):
        right = "1 to 64 of a-z, 0-9, dot, @, dash and underscore, the first a letter or a digit"
        faults.append(Fault(file=ARGUMENT, field="name", value=name[:80], problem="is no user's name", right=right))
    if role not in set(Role):
        right = f"one of {', '.join(Role)}"
        faults.append(Fault(file=ARGUMENT, field="role", value=role[:80], problem="is no role", right=right))
    elif role == Role.ENTERPRISE and not enterprise:
        right = "say whose figures are shown, such as huolinguole/ent-12"
        faults.append(
            Fault(file=ARGUMENT, field="enterprise", problem="is missing for the role enterprise", right=right)
        )
    elif role != Role.ENTERPRISE and enterprise:
        right = "leave it out, or give the role enterprise"
        faults.append(
            Fault(
                file=ARGUMENT,
                field="enterprise",
                value=enterprise[:80],
                problem=f"the role {role} has none",
                right=right,
            )
        )
    try:
        belonging(enterprise)
    except BadInput as error:
        faults.extend(error.faults)
    return faults
