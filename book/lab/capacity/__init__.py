"""The page on capacity: what grading costs, as it was measured, and the plan that follows from it."""
