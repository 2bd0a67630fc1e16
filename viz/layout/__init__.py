"""Where everything of a view lies: sizes, then positions."""
