#!/bin/sh
# Step 2: docker create, docker cp and docker rm as glue between two images. Run it in the samples folder.
set -eu
docker build -f 2-glue/Dockerfile.build -t httpd-build "$@" .
container=$(docker create httpd-build)
out=$(mktemp -d)
trap 'docker rm "$container" >/dev/null; rm -rf "$out"' EXIT
docker cp "$container:/httpd" "$out/httpd"
docker build -f 2-glue/Dockerfile.run -t httpd-glue "$@" "$out"
