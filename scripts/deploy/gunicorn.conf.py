"""How gunicorn serves the portal, on a laptop and in the image alike."""

import os

workers = int(os.environ.get("WEB_WORKERS", "2"))
# sync workers behind nginx, which takes in slow uploads and hands them over whole
worker_class = "sync"
timeout = 60
graceful_timeout = 30
# a worker that grew is replaced; not all at the same time
max_requests = 2000
max_requests_jitter = 200
# the heartbeat file belongs in memory: a slow disk must not look like a hanging worker
worker_tmp_dir = "/dev/shm"  # noqa: S108
# signals are enough, and two portals of one account would fight for its socket
control_socket_disable = True
accesslog = "-"
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(b)s %(M)sms"
reload = os.environ.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}
