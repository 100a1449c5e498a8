"""The edge of the server: connections, sizes of requests, hosts. Nothing here knows a desk."""
