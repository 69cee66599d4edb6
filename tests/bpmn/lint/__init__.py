"""The checker: for every rule a drawing that breaks it and one that does not. Only tests import this package."""
