"""平台: HTTP and events in; pages, the API and the loop of links out (Django)."""
