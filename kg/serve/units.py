"""The units of settings, which bound their values too."""

from typing import Annotated

from annotated_types import Ge, Gt, Le

Bytes = Annotated[int, Ge(0)]
Number = Annotated[int, Ge(0)]
Some = Annotated[int, Ge(1)]  # a number that makes no sense as 0
Port = Annotated[int, Ge(0), Le(65535)]
Seconds = Annotated[float, Gt(0)]
