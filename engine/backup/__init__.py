"""The whole database in one file: written while everything runs, checked, and put back."""
