"""The signals of documents; receivers know their documents by ``subject_label``."""

from django.dispatch import Signal

# Sent with ``document`` inside the transaction that makes it ready: what a receiver writes is
# committed together with the file, and a receiver that raises leaves the document to be tried
# again.
document_ready = Signal()
# Sent with ``document`` inside the transaction that writes down why it could not be set.
document_failed = Signal()
