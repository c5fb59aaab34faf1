"""Message -> destinations, and the explanation why. No I/O.

Read `patterns` (one glob or regular expression), `routes` (the rows as the config writes them),
`table` (match and explain), `reach` (what no message can ever reach).
"""

from bridge.routing.patterns import Pattern
from bridge.routing.reach import Shadow, shadows, unused_destinations
from bridge.routing.routes import Conditions, Route
from bridge.routing.table import Condition, Explanation, Key, RoutingTable, Row, Verdict, actual

__all__ = [
    "Condition",
    "Conditions",
    "Explanation",
    "Key",
    "Pattern",
    "Route",
    "RoutingTable",
    "Row",
    "Shadow",
    "Verdict",
    "actual",
    "shadows",
    "unused_destinations",
]
