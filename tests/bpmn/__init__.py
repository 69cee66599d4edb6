"""Promises of `engine.bpmn`."""
