"""The small forms of the document page."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms

from invoicing.models import Attachment
from lib.forms import Form


class SendForm(Form):
    """An e-mail with the PDF; one form, one e-mail."""

    to = forms.CharField(label="Către", max_length=500, help_text="Mai multe adrese, separate prin virgulă.")
    cc = forms.CharField(label="CC", max_length=500, required=False)
    subject = forms.CharField(label="Subiect", max_length=200)
    body = forms.CharField(label="Mesaj", max_length=5000, widget=forms.Textarea(attrs={"rows": 9}))
    with_attachments = forms.BooleanField(label="Cu fișierele atașate", required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, attachments: Sequence[Attachment] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if attachments:
            self.fields["with_attachments"].help_text = ", ".join(each.name for each in attachments)
        else:
            del self.fields["with_attachments"]


class CancelForm(Form):
    reason = forms.CharField(label="Motivul anulării", max_length=200, help_text="Rămâne în istoricul documentului.")
