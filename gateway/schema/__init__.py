"""The graph: a package per area, a module per noun. `contract.graphql` holds the promise; the types here keep it.

A type class reads like its definition in the contract; the functions above it say where the values come from. Rows
(what services and reference data answer with) are read attribute by attribute; what must be asked of a service is a
`relation`.
"""
