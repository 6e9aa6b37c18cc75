"""A project whose container does not start: a server in Go, built in one image and run in another."""

from pathlib import Path

Path("Dockerfile").write_text("""FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.20
COPY --from=build /server /usr/local/bin/server
EXPOSE 8080
CMD ["server"]
""")
Path("go.mod").write_text("module example.org/server\n\ngo 1.22\n")
Path("main.go").write_text("""package main

import (
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })
	http.ListenAndServe(":8080", nil)
}
""")
