"""Pictures of a view: the formats there are."""
