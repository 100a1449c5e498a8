"""Personal data in a text: persons, companies, addresses, numbers."""
