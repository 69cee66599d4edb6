"""Tests of Open311: other systems file and follow reports."""
