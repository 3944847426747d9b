"""One graph for front ends: composes the services' HTTP answers in batches and follows Kafka for live updates."""
