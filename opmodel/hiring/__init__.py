"""The hiring planner: how many people, of which role, where and by when, so that targets are met, and how sure."""
