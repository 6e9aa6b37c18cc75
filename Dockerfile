# libccheck as an image: docker build -t libccheck . && docker run --rm -v "$PWD:/work:ro" libccheck check ./app --image alpine:3.20
FROM python:3.13-slim-bookworm AS build
# Where pip finds packages, if not where it usually does.
ARG PIP_INDEX_URL PIP_NO_INDEX PIP_FIND_LINKS
COPY . /src
RUN python -m venv --without-pip /opt/libccheck \
    && python -m pip --python /opt/libccheck/bin/python install --no-cache-dir --disable-pip-version-check /src

FROM python:3.13-slim-bookworm
COPY --from=build /opt/libccheck /opt/libccheck
ENV PATH=/opt/libccheck/bin:$PATH XDG_CACHE_HOME=/tmp/cache
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["libccheck"]
