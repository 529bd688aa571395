"""Scenario files in the making: forms and text kept in step, edits that leave comments alone, names become codes."""
