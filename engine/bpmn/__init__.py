"""The functional core: the only package that imports SpiffWorkflow. Knows no database and no wall clock."""

from engine.bpmn import library_paths

__all__ = ["library_paths"]
