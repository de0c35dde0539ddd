"""Events of a case as signed JSON, to an address of a body's own (`docs/how-to/webhook.md`)."""
