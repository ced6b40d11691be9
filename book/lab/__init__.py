"""Python for the book alone: the figures' one style, explorables, claims and small networks."""
