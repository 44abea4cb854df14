"""Health check of a web container: exit 0 when the portal says that it is well."""

import os
import sys
import urllib.error
import urllib.request

# under a name the portal accepts
HOST = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0]

try:
    request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": HOST})
    with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310
        sys.exit(0 if answer.status == 200 else 1)
except (urllib.error.URLError, OSError) as error:
    sys.exit(f"no answer: {error}")
