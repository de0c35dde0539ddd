"""Open311 GeoReport v2, as the client: services, requests, tokens, and mySociety's updates in both directions."""
