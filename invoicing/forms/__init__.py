"""The editor's form: parsed by hand, because one request must read and issue ten lines in a few milliseconds."""

from invoicing.forms.client import ClientForm
from invoicing.forms.editor import EditorForm

__all__ = ["ClientForm", "EditorForm"]
