# advisor in a container, as a user without rights:
#   docker build --tag advisor .
#   docker build --tag advisor:baseline --build-arg EXTRAS=baseline-cpu,report .
#   docker run --rm --volume "$PWD:/work" advisor recommend profile.yaml
# constraints.txt was tested with this Python.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
ARG EXTRAS=
ARG PREFIX=/opt/advisor
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY advisor advisor
COPY rules rules
COPY examples examples
RUN python -m venv "$PREFIX"
RUN "$PREFIX/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check \
      --constraint constraints.txt ".${EXTRAS:+[$EXTRAS]}"

FROM python:${PYTHON}-slim
ARG EXTRAS=
ARG PREFIX=/opt/advisor
# LightGBM needs the system's OpenMP.
RUN if [ -n "$EXTRAS" ]; then \
      apt-get update --quiet --quiet \
      && apt-get install --quiet --quiet --yes --no-install-recommends libgomp1 \
      && rm -rf /var/lib/apt/lists/*; \
    fi
COPY --from=build $PREFIX $PREFIX
RUN "$PREFIX/bin/advisor" --version
ENV PATH=$PREFIX/bin:$PATH HOME=/tmp ADVISOR_CACHE_DIR=/tmp/advisor PYTHONUNBUFFERED=1
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["advisor"]
