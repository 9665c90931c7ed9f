"""A planned year as the report sees it: its hours with the plan carried out, and with nothing built."""

from __future__ import annotations

from dataclasses import dataclass

from holin.picture.scene import Scene


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanYear:
    """A planned year; `before` is the same with nothing built (None: not known)."""

    name: str
    scene: Scene
    before: Scene | None = None

    @property
    def number(self) -> int:
        """The calendar year that is planned for; no two have the same."""
        return self.scene.stage.as_of.year
