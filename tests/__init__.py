"""The tests, one file per module; what several of them share stands in conftest.py and in modules not named test_*."""
