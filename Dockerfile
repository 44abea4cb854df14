# The portal as one image: web, worker and beat are the same with another command.
FROM python:3.13-slim-trixie AS build

RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev gettext \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt .
# psycopg2 is built here against the libpq it will run with, as its authors ask for in production
RUN python -m venv /opt/venv \
    && sed 's/^psycopg2-binary==/psycopg2==/' requirements.txt > /tmp/requirements.txt \
    && pip install --no-cache-dir --no-binary psycopg2 -r /tmp/requirements.txt
# the faces change seldom: a layer of their own
COPY scripts/fonts.py scripts/
RUN python scripts/fonts.py --target /opt/fonts && rm -rf /opt/fonts/sources
COPY . .
# settings need a key to be read; this one signs nothing
RUN SECRET_KEY=only-for-the-build-0123456789-0123456789-0123456789 \
    && export SECRET_KEY VAR_DIR=/opt/portal \
    && python -m scripts.translations compile \
    && python manage.py collectstatic --noinput --verbosity=0

FROM python:3.13-slim-trixie

# postgresql-client is for scripts/backup and scripts/restore
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1 libpq5 fontconfig \
        postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home portal
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/fonts /opt/fonts
# collected files are readable by their owner alone
COPY --from=build --chown=portal:portal /opt/portal /opt/portal
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/opt/portal \
    FONT_DIR=/opt/fonts
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--config", "scripts/deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000"]
