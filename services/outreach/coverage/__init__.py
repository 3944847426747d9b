"""Coverage (T3): from what was heard, over what each access point reached, to the people of each commune.

Three steps, each recomputed only for what changed: `heard` (device and day), `reach` (access point and spans of days),
`coverage` (commune and steps over time).
"""
