"""Django has no types. To mypy all of it may be anything, except choices, which are the enumerations that they are."""

import enum
from typing import Any

class ChoicesType(enum.EnumMeta):
    @property
    def choices(cls) -> list[tuple[str, str]]: ...
    @property
    def values(cls) -> list[str]: ...
    @property
    def labels(cls) -> list[str]: ...

class TextChoices(enum.StrEnum, metaclass=ChoicesType):  # type: ignore[misc]  # its members are those of the classes made from it
    @property
    def label(self) -> str: ...

def __getattr__(name: str) -> Any: ...
