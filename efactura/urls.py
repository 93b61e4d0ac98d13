"""Addresses of e-Factura."""

from django.urls import path

from efactura import views, views_sent

app_name = "efactura"
urlpatterns = [
    path("facturi/<int:pk>/xml/", views.xml, name="xml"),
    path("facturi/<int:pk>/verificare/", views.check, name="check"),
    path("e-factura/configurare/", views.settings, name="settings"),
    path("e-factura/trimitere/", views_sent.sending, name="sending"),
    path("e-factura/trimise/", views_sent.sent_list, name="sent_list"),
    path("e-factura/trimise/sume/", views_sent.sent_totals, name="sent_totals"),
    path("e-factura/trimise/trimite/", views_sent.sent_send, name="sent_send"),
    path("e-factura/trimise/din-alta-parte/<int:pk>/", views_sent.foreign_seen, name="foreign_seen"),
    path("e-factura/trimiteri/<int:pk>/arhiva/", views_sent.archive, name="archive"),
    path("e-factura/trimiteri/<int:pk>/intreaba/", views_sent.ask, name="ask"),
    path("e-factura/trimiteri/<int:pk>/retrimite/", views_sent.resend, name="resend"),
    path("e-factura/trimiteri/<int:pk>/renunta/", views_sent.give_up, name="give_up"),
    path("facturi/<int:pk>/e-factura/", views_sent.document_part, name="document_part"),
    path("facturi/<int:pk>/e-factura/trimite/", views_sent.send, name="send"),
    path("facturi/<int:pk>/e-factura/index/", views_sent.manual, name="manual"),
    path("facturi/<int:pk>/e-factura/dovada/", views_sent.proof, name="proof"),
]
