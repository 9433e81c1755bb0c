"""Take the guard's files into the wheel from where they lie, beside the other rooms; leave them there when editable."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FromTheHouse(BuildHookInterface):  # type: ignore[misc]
    """Names the files outside this folder."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """A copy in an editable installation would hide what is being edited."""
        if version == "standard":
            build_data["force_include"] |= {
                "../src/hotwash/guard": "hotwash/guard",
                "../LICENSE": "hotwash/guard/LICENSE",
            }
