"""Addresses of purchases."""

from django.urls import path

from purchases.views import expenses, payments, set_off

app_name = "purchases"
urlpatterns = [
    path("cheltuieli/", expenses.expense_list, name="expense_list"),
    path("cheltuieli/export/<str:fmt>/", expenses.expense_export, name="expense_export"),
    path("cheltuieli/noua/", expenses.expense_new, name="expense_new"),
    path("cheltuieli/sold-initial/", expenses.opening_new, name="opening_new"),
    path("cheltuieli/categorii/", expenses.category_list, name="category_list"),
    path("cheltuieli/categorii/<int:pk>/", expenses.category_edit, name="category_edit"),
    path("cheltuieli/plateste/", payments.pay, name="pay"),
    path("cheltuieli/plateste/plafoane/", payments.pay_check, name="pay_check"),
    path("cheltuieli/fisier/", payments.file_new, name="file_new"),
    path("cheltuieli/<int:pk>/", expenses.expense, name="expense"),
    path("cheltuieli/<int:pk>/modifica/", expenses.expense_edit, name="expense_edit"),
    path("cheltuieli/<int:pk>/inregistreaza/", expenses.expense_book, name="expense_book"),
    path("cheltuieli/<int:pk>/anuleaza/", expenses.expense_cancel, name="expense_cancel"),
    path("cheltuieli/<int:pk>/sterge/", expenses.expense_delete, name="expense_delete"),
    path("cheltuieli/<int:pk>/ataseaza/", expenses.expense_attach, name="expense_attach"),
    path("cheltuieli/<int:pk>/anaf/", expenses.supplier_check, name="supplier_check"),
    path("cheltuieli/<int:pk>/avans/", payments.advance_use, name="advance_use"),
    path("cheltuieli/fisiere/<int:pk>/", expenses.attachment, name="attachment"),
    path("cheltuieli/fisiere/<int:pk>/scoate/", expenses.attachment_remove, name="attachment_remove"),
    path("plati/", payments.payment_list, name="payment_list"),
    path("plati/export/<str:fmt>/", payments.payment_export, name="payment_export"),
    path("plati/avans/", payments.advance_new, name="advance_new"),
    path("plati/compensari/", set_off.set_off_list, name="set_off_list"),
    path("plati/compensari/<int:pk>/", set_off.set_off, name="set_off"),
    path("plati/<int:pk>/", payments.payment, name="payment"),
    path("plati/<int:pk>/compensare.pdf", set_off.set_off_pdf, name="set_off_pdf"),
    path("plati/<int:pk>/anuleaza/", payments.payment_cancel, name="payment_cancel"),
    path("plati/banca/", payments.file_list, name="file_list"),
    path("plati/banca/<int:pk>/", payments.file, name="file"),
    path("plati/banca/<int:pk>/descarca/", payments.file_content, name="file_content"),
    path("plati/banca/<int:pk>/confirma/", payments.file_confirm, name="file_confirm"),
    path("furnizori/<int:pk>/fisa/", payments.supplier_card, name="supplier_card"),
    path("furnizori/scadentar/", payments.ageing, name="ageing"),
]
