"""The one signal of documents."""

from django.dispatch import Signal

# Sent with ``document`` inside the transaction that makes it ready: what a receiver writes is
# committed together with the file, and a receiver that raises leaves the document to be tried
# again. Receivers know their documents by ``subject_label``.
document_ready = Signal()
