FROM python:3.13-slim

# Lines leave the container as they are written; no bytecode is written at run time.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data

# Not root: a hole in a decoder then reaches the clips and nothing else. A fixed id keeps the volume's rights across images.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin seedreel && install -d -o seedreel -g seedreel /data /backups /media

WORKDIR /app

# Dependencies first: a change of the code keeps this layer.
COPY pyproject.toml constraints.txt ./
# Several processes over PostgreSQL need its libraries: EXTRAS=scale.
ARG EXTRAS=
RUN python -c "import os, tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*p['dependencies'], *(each for name in os.environ.get('EXTRAS', '').split() for each in p['optional-dependencies'][name]), sep='\n')" > requirements.txt && pip install --no-cache-dir -c constraints.txt -r requirements.txt

# The default of .env.example, DATA_DIR=data, is the volume too.
RUN ln -s /data data

# Code last; it runs from here, so there is nothing to install. Compiled once here, and not at each start.
COPY bot bot
COPY cogs cogs
RUN python -m compileall -q bot cogs

USER seedreel
# The database and the kept clips outlive the container.
VOLUME /data

# A bot that is stuck stops touching the file heartbeat in DATA_DIR; the start may take as long as a login does.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "bot.heartbeat"]

# Exec form: SIGTERM reaches the bot itself, which then finishes what it is writing.
CMD ["python", "-m", "bot", "run"]
