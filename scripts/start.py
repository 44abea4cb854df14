"""The demo on one machine: services, data, web, worker and beat; or the smoke walk."""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import environ

from scripts.children import ROOT, Child, Failure, end_on_signals, running, say, tail
from scripts.services import (
    data_folder,
    free_port,
    postgres,
    private_folder,
    redis_server,
    run_folder,
)

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# What a command needs to know to work on the data of a running portal.
TOLD = ("DATABASE_URL", "REDIS_URL", "DEMO", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS",
        "VAR_DIR", "FONT_DIR")  # fmt: skip


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./start", description="Run the portal with its demo.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for any")
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="walk one application to the published list on a throw-away database, then stop",
    )
    return parser.parse_args()


def choose_port(host: str, wanted: int) -> int:
    """Return the wanted port, or a free one with a word about it when it is taken."""
    if wanted:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, wanted))
            except OSError as error:
                say(f"port {wanted} cannot be used ({error.strerror}): taking a free one")
            else:
                return wanted
    return free_port()


def in_address(host: str) -> str:
    """Return the host as an address spells it: IPv6 in brackets, any address as the loopback."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def only_one(var: Path, stack: ExitStack) -> None:
    """Hold a lock on the folder of data; the system gives it back however this process ends."""
    lock = stack.enter_context((var / "start.lock").open("a"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Failure("The portal already runs from this folder; stop it first.") from None


def secret_key(var: Path) -> str:
    """Return the demo's key, made at the first start; sessions outlive a restart."""
    path = var / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def portal_settings(var: Path, host: str, port: int) -> None:
    """Put the demo's settings into the environment; what is set there already wins."""
    shown = in_address(host) if host in LOOPBACK else socket.gethostname()
    defaults = {
        "DEMO": "1",
        "SECRET_KEY": secret_key(var),
        "SITE_URL": f"http://{shown}:{port}",
        # a demo shown to the network is opened under names nobody here can know
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]" if host in LOOPBACK else "*",
        "VAR_DIR": str(var),
        "FONT_DIR": str(ROOT / "var/fonts"),
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def tell_commands(var: Path, stack: ExitStack) -> None:
    """Let manage.py in another window find the running portal, as long as it runs."""
    file = var / "run.env"
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={os.environ[name]}\n" for name in TOLD))
    stack.callback(file.unlink, missing_ok=True)


def start_services(var: Path, stack: ExitStack, *, throw_away: bool) -> None:
    """Run PostgreSQL and Redis unless DATABASE_URL and REDIS_URL name others.

    The smoke walk always runs its own, so that it never writes into somebody's database.
    """
    own_database = throw_away or "DATABASE_URL" not in os.environ
    own_redis = throw_away or "REDIS_URL" not in os.environ
    if not (own_database or own_redis):
        return
    folder = stack.enter_context(run_folder())
    if own_database:
        data = private_folder(folder / "data") if throw_away else data_folder(var)
        os.environ["DATABASE_URL"] = stack.enter_context(
            postgres(data, folder=folder, log=var / "log/postgres.log", durable=not throw_away)
        )
    if own_redis:
        os.environ["REDIS_URL"] = stack.enter_context(
            redis_server(folder=folder, log=var / "log/redis.log")
        )


def step(what: str, *command: str) -> None:
    """Run one step of the preparation, its output on ours; raise Failure when it fails."""
    say(what)
    if subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode:
        raise Failure(f"This step failed, the lines above say why: {what}")


def prepare(*seeding: str) -> None:
    """Bring fonts, translations, tables, assets and demo data up to date."""
    step("faces for the PDFs", "scripts/fonts.py", "--target", os.environ["FONT_DIR"])
    step("Chinese texts", "-m", "scripts.translations", "compile")
    step("tables of the database", "manage.py", "migrate", "--verbosity=0")
    step("styles and scripts", "-m", "scripts.assets")
    step("demo data, if there are none", "manage.py", "seed_demo", "--if-empty", *seeding)
    step("sample seals", "manage.py", "make_demo_authority")


def start_portal(var: Path, host: str, port: int, stack: ExitStack) -> list[Child]:
    """Start web, worker and beat and wait until the web answers."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    celery = [sys.executable, "-m", "celery", "-A", "portal"]
    commands: dict[str, list[str]] = {
        "web": [sys.executable, "-m", "gunicorn", "portal.wsgi", "--config",
                "scripts/deploy/gunicorn.conf.py", "--bind", bind],
        "worker": [*celery, "worker", "--concurrency=2", "--loglevel=INFO", "--without-gossip",
                   "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel=INFO", f"--schedule={var}/beat-schedule",
                 "--pidfile="],
    }  # fmt: skip
    children = [Child(name, words, log=var / f"log/{name}.log") for name, words in commands.items()]
    for child in children:
        stack.enter_context(running(child, seconds=10))
    address = f"http://{in_address(host)}:{port}/healthz"
    children[0].wait_until(lambda: answers(address), seconds=180)
    say("web, worker and beat are up")
    return children


def answers(address: str) -> bool:
    """Tell whether the portal says that it is well."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def watch(children: list[Child]) -> None:
    """Wait until a program ends by itself, which it never should; raise Failure then."""
    while all(child.alive() for child in children):
        time.sleep(0.5)
    for child in children:
        if not child.alive():
            raise Failure(f"{child.name} ended; the end of {child.log}:\n{tail(child.log)}")


def demo(options: argparse.Namespace, stack: ExitStack) -> int:
    """Run the demo on lasting data until a signal ends it."""
    var = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    var.mkdir(parents=True, exist_ok=True)
    only_one(var, stack)
    port = choose_port(options.host, options.port)
    start_services(var, stack, throw_away=False)
    portal_settings(var, options.host, port)
    tell_commands(var, stack)
    prepare()
    children = start_portal(var, options.host, port, stack)
    step("logins of the demo:", "manage.py", "demo_logins")
    if options.host not in LOOPBACK:
        print("Everyone in this network can open it: the demo runs without second factor.")
    print(f"\nThe portal is at {os.environ['SITE_URL']}/   (Ctrl-C stops it)", flush=True)
    watch(children)
    return 0


def smoke(stack: ExitStack) -> int:
    """Walk one application over HTTP on throw-away data; return the walk's exit code."""
    var = ROOT / "var/smoke"
    var.mkdir(parents=True, exist_ok=True)
    only_one(var, stack)
    for left in (var / "media", var / "log"):
        shutil.rmtree(left, ignore_errors=True)
    port = free_port()
    os.environ["VAR_DIR"] = str(var)
    start_services(var, stack, throw_away=True)
    portal_settings(var, "127.0.0.1", port)
    prepare("--no-applications")
    start_portal(var, "127.0.0.1", port, stack)
    base = f"http://127.0.0.1:{port}"
    return subprocess.run(
        [sys.executable, "-m", "demo.smoke", "--base", base], cwd=ROOT, check=False
    ).returncode


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    options = arguments()
    environ.Env.read_env(ROOT / ".env")
    end_on_signals()
    with ExitStack() as stack:
        try:
            return smoke(stack) if options.smoke else demo(options, stack)
        except Failure as failure:
            print(failure, file=sys.stderr)
            return 1
        except SystemExit:
            say("stopping")
            raise


if __name__ == "__main__":
    sys.exit(main())
