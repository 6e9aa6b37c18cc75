"""Dockerfiles of the shapes that public repositories have, each with what becomes of what it builds."""
