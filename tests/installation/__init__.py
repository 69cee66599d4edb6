"""Promises to whoever installs the program: a wheel is whole, what is used is named, examples of deployment work."""
