"""Addresses of e-Factura."""

from django.urls import path

from efactura import views, views_inbox, views_sent, views_settings

app_name = "efactura"
urlpatterns = [
    path("facturi/<int:pk>/xml/", views.xml, name="xml"),
    path("facturi/<int:pk>/verificare/", views.check, name="check"),
    path("facturi/<int:pk>/verificare/anaf/", views.ask_anaf, name="ask_anaf"),
    path("facturi/<int:pk>/verificare/pdf-anaf/", views.anaf_pdf, name="anaf_pdf"),
    path("e-factura/configurare/", views_settings.settings, name="settings"),
    path("e-factura/configurare/mediu/", views_settings.environment, name="environment"),
    path("e-factura/configurare/autorizare/", views_settings.authorise, name="authorise"),
    path("e-factura/configurare/autorizare/foloseste/", views_settings.use, name="use_authorisation"),
    path("e-factura/configurare/autorizare/proba/", views_settings.test, name="test_authorisation"),
    path("e-factura/configurare/autorizare/scoate/", views_settings.remove, name="remove_authorisation"),
    path("e-factura/trimitere/", views_sent.sending, name="sending"),
    path("e-factura/trimise/", views_sent.sent_list, name="sent_list"),
    path("e-factura/trimise/sume/", views_sent.sent_totals, name="sent_totals"),
    path("e-factura/trimise/termene/", views_sent.late, name="late"),
    path("e-factura/trimise/trimite/", views_sent.sent_send, name="sent_send"),
    path("e-factura/trimise/din-alta-parte/<int:pk>/", views_sent.foreign_seen, name="foreign_seen"),
    path("e-factura/primite/", views_inbox.inbox, name="inbox"),
    path("e-factura/primite/sume/", views_inbox.inbox_totals, name="inbox_totals"),
    path("e-factura/primite/citeste/", views_inbox.inbox_read, name="inbox_read"),
    path("e-factura/primite/marcheaza/", views_inbox.inbox_mark, name="inbox_mark"),
    path("e-factura/primite/<int:pk>/", views_inbox.received, name="received"),
    path("e-factura/primite/<int:pk>/marcheaza/", views_inbox.received_mark, name="received_mark"),
    path("e-factura/primite/<int:pk>/cheltuiala/", views_inbox.received_book, name="received_book"),
    path("e-factura/primite/<int:pk>/arhiva/", views_inbox.received_zip, name="received_zip"),
    path("e-factura/primite/<int:pk>/xml/", views_inbox.received_xml, name="received_xml"),
    path("e-factura/primite/<int:pk>/pdf/", views_inbox.received_pdf, name="received_pdf"),
    path("e-factura/primite/<int:pk>/pdf-anaf/", views_inbox.received_anaf_pdf, name="received_anaf_pdf"),
    path("e-factura/primite/<int:pk>/atasament/<int:place>/", views_inbox.received_attachment, name="received_attachment"),
    path("e-factura/primite/<int:pk>/mesaj/", views_inbox.message_new, name="message_new"),
    path("e-factura/mesaje/<int:pk>/hotaraste/", views_inbox.message_decide, name="message_decide"),
    path("e-factura/trimiteri/<int:pk>/arhiva/", views_sent.archive, name="archive"),
    path("e-factura/trimiteri/<int:pk>/intreaba/", views_sent.ask, name="ask"),
    path("e-factura/trimiteri/<int:pk>/retrimite/", views_sent.resend, name="resend"),
    path("e-factura/trimiteri/<int:pk>/renunta/", views_sent.give_up, name="give_up"),
    path("facturi/<int:pk>/e-factura/", views_sent.document_part, name="document_part"),
    path("facturi/<int:pk>/e-factura/trimite/", views_sent.send, name="send"),
    path("facturi/<int:pk>/e-factura/index/", views_sent.manual, name="manual"),
    path("facturi/<int:pk>/e-factura/dovada/", views_sent.proof, name="proof"),
]
