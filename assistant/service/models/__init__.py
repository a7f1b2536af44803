"""What the API takes and gives, for validation and for OpenAPI."""
