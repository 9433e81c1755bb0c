"""The self-hosted application. The only room that knows Django."""
