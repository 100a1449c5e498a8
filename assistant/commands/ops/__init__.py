"""Running the service: serve, back up, settings, audit, figures."""
