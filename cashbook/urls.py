"""Addresses of the cash book."""

from django.urls import path

from cashbook.views import counts, operations, prints, register, tills

app_name = "cashbook"
urlpatterns = [
    path("casa/operatiuni/", operations.operation_list, name="operation_list"),
    path("casa/operatiuni/sume/", operations.operation_totals, name="operation_totals"),
    path("casa/operatiuni/export/<str:fmt>/", operations.operation_export, name="operation_export"),
    path("casa/operatiuni/noua/", operations.operation_new, name="operation_new"),
    path("casa/operatiuni/efect/", operations.operation_effect, name="operation_effect"),
    path("casa/operatiuni/<int:pk>/", operations.operation, name="operation"),
    path("casa/operatiuni/<int:pk>/storneaza/", operations.operation_reverse, name="operation_reverse"),
    path("casa/operatiuni/<int:pk>/pdf/", register.order_pdf, name="order_pdf"),
    path("casa/transfer/", operations.transfer_new, name="transfer"),
    path("casa/plafoane/", operations.payment_check, name="payment_check"),
    path("casa/numara/", counts.count_new, name="count_new"),
    path("casa/numarari/<int:pk>/", counts.count, name="count"),
    path("casa/registru/", register.register, name="register"),
    path("casa/registru/pdf/", register.register_pdf, name="register_pdf"),
    path("casa/registru/export/<str:fmt>/", register.register_export, name="register_export"),
    path("casa/registru/inchide/", register.days_close, name="days_close"),
    path("casa/registru/deschide/", register.days_open, name="days_open"),
    path("casa/tipar/<int:pk>/", prints.print_file, name="print_file"),
    path("casa/case/", tills.till_list, name="till_list"),
    path("casa/case/noua/", tills.till_new, name="till_new"),
    path("casa/case/<int:pk>/", tills.till_edit, name="till_edit"),
    path("casa/case/<int:pk>/sold/", tills.till_opening, name="till_opening"),
]
