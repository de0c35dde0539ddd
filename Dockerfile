# One image for web, worker, beat and the trial mail server; docker-compose.yml says which is which.
FROM python:3.11.14-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends gdal-bin gettext \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home site \
    && install --directory --owner=site --mode=0700 /data /data/media /data/mail

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/site-static \
    MEDIA_ROOT=/data/media \
    DEMO_MAIL_DIR=/data/mail \
    CARD_CACHE_DIR=/tmp/cards

WORKDIR /site
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes --requirement requirements/base.txt

COPY . .
RUN for file in locale/*/LC_MESSAGES/*.po; do msgfmt --check-format -o "${file%.po}.mo" "$file"; done \
    && SECRET_KEY=only-for-this-step-abcdefghijklmnopqrstuvwxyz DATABASE_URL=postgres://none/none REDIS_URL=redis://none \
       python manage.py collectstatic --noinput --verbosity=0

USER site
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["python", "script/healthcheck.py"]
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--workers=3", "--worker-class=gthread", "--threads=8", "--access-logfile=-", "--logger-class=jarokelo.accesslog.AccessLog", "--no-control-socket", "jarokelo.wsgi"]
