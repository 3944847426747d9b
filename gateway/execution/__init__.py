"""How a document of the graph is run: limits, batches, calls of services, HTTP and sockets; no word of the domain."""
