"""Afterpage: a browser without a screen, for service workers."""
