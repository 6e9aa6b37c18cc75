"""A project whose container does not start: a server in Go, built in one image and run in another."""

from tests.projects import server_in_go

server_in_go()
