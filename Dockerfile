# Two images from one file: `docker build --target bot .` and `docker build --target nlu .`
# The steps are the scripts that `make` uses; nothing in here holds a secret.
FROM debian:12.12-slim AS base
ENV LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    UV_PYTHON_INSTALL_DIR=/opt/python UV_LINK_MODE=copy
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home kawan
WORKDIR /app
COPY scripts scripts
COPY requirements requirements

FROM base AS nlu
COPY nlu/requirements.txt nlu/requirements.txt
RUN scripts/setup.sh nlu
COPY bot/__init__.py bot/__init__.py
COPY bot/domain bot/domain
COPY content/lexicon content/lexicon
COPY config.yml domain.yml ./
COPY nlu nlu
RUN mkdir /model && .venv-nlu/bin/python -m nlu.train --out /model && chown -R kawan /model
USER kawan
ENV OMP_NUM_THREADS=1 RASA_TELEMETRY_ENABLED=false
EXPOSE 5005
CMD [".venv-nlu/bin/python", "-m", "nlu.server", "--model", "/model/kawan-nlu.tar.gz", "--host", "0.0.0.0", "--port", "5005"]

FROM base AS bot
COPY pyproject.toml README.md ./
COPY bot bot
RUN scripts/setup.sh bot
COPY content content
COPY domain.yml ./
RUN mkdir /data && chown kawan /data
USER kawan
ENV KAWAN_DATA_DIR=/data
VOLUME /data
CMD [".venv/bin/kawan", "run"]
