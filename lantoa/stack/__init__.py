"""The embedded stack: a database, a broker, the services and the gateway as child processes of one supervisor."""
