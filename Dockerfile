# licscan with its index built in: docker run --rm -v "$PWD:/work" licscan check
FROM python:3.12-slim AS base
# libgomp1 for ScanCode, which reads archives with a library that needs it.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --no-install-recommends --yes libgomp1 && rm -rf /var/lib/apt/lists/*

FROM base AS build
COPY pyproject.toml constraints.txt README.md LICENSE /source/
COPY licscan /source/licscan
RUN python -m venv /opt/licscan && /opt/licscan/bin/pip install --no-cache-dir -c /source/constraints.txt /source
RUN LICSCAN_CACHE_DIR=/opt/licscan-cache /opt/licscan/bin/licscan cache warm --quiet \
    && chmod -R a+rwX /opt/licscan-cache

FROM base
COPY --from=build /opt/licscan /opt/licscan
COPY --from=build /opt/licscan-cache /opt/licscan-cache
ENV PATH=/opt/licscan/bin:$PATH LICSCAN_CACHE_DIR=/opt/licscan-cache HOME=/opt/licscan-home PYTHONUNBUFFERED=1
RUN mkdir "$HOME"
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["licscan"]
CMD ["check"]
