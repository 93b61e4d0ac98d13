"""Expenses, payments to suppliers, files of payments."""

import companies.scope
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import lib.db
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cashbook', '0004_workplace'),
        ('companies', '0006_workplaces'),
        ('invoicing', '0012_credit_guards'),
        ('partners', '0004_group'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Expense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('expense', 'cheltuială'), ('opening', 'sold inițial')], default='expense', editable=False, max_length=7)),
                ('status', models.CharField(choices=[('draft', 'ciornă'), ('booked', 'înregistrată'), ('cancelled', 'anulată')], default='draft', editable=False, max_length=9)),
                ('number', models.CharField(max_length=60, verbose_name='nr. document')),
                ('issue_date', models.DateField(verbose_name='data documentului')),
                ('booked_on', models.DateField(verbose_name='data înregistrării')),
                ('due_date', models.DateField(blank=True, null=True, verbose_name='scadența')),
                ('currency', models.CharField(default='RON', max_length=3, verbose_name='moneda')),
                ('exchange_rate', models.DecimalField(decimal_places=6, default=Decimal('1'), max_digits=14, verbose_name='curs')),
                ('net', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=15, verbose_name='fără TVA')),
                ('vat', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=15, verbose_name='TVA')),
                ('rounding', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=15, verbose_name='rotunjire')),
                ('total', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=15, verbose_name='total')),
                ('paid', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=15, verbose_name='plătit')),
                ('whole', lib.db.MoneyField(blank=True, decimal_places=2, max_digits=15, null=True, verbose_name='valoarea documentului')),
                ('on_payment', models.BooleanField(default=False, verbose_name='TVA la încasare la furnizor')),
                ('iban', models.CharField(blank=True, max_length=34, verbose_name='IBAN de pe document')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='observații')),
                ('source', models.JSONField(editable=False, null=True)),
                ('source_key', models.CharField(blank=True, editable=False, max_length=60)),
                ('revision', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('token', models.UUIDField(editable=False, null=True)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('booked_at', models.DateTimeField(editable=False, null=True)),
                ('cancelled_at', models.DateTimeField(editable=False, null=True)),
                ('cancel_reason', models.CharField(blank=True, editable=False, max_length=200)),
                ('by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cancelled_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('partner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='partners.partner', verbose_name='furnizor')),
            ],
            options={
                'verbose_name': 'cheltuială',
                'verbose_name_plural': 'cheltuieli',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('file', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.storedfile')),
                ('expense', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='purchases.expense')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ExpenseCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='denumire')),
                ('account', models.CharField(blank=True, max_length=20, verbose_name='cont contabil')),
                ('deductible', models.PositiveSmallIntegerField(choices=[(100, '100 %'), (50, '50 %'), (0, 'nedeductibil')], default=100, verbose_name='TVA deductibil')),
                ('active', models.BooleanField(default=True, verbose_name='activă')),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
            ],
            options={
                'verbose_name': 'categorie de cheltuieli',
                'verbose_name_plural': 'categorii de cheltuieli',
                'ordering': ['-active', 'name', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ExpenseLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vat_category', models.CharField(choices=[('S', 'taxabil'), ('Z', 'cotă zero'), ('E', 'scutit'), ('AE', 'taxare inversă'), ('K', 'livrare intracomunitară'), ('G', 'export'), ('O', 'în afara TVA')], default='S', max_length=2)),
                ('vat_percent', lib.db.PercentField(decimal_places=4, default=Decimal('0'), max_digits=7, verbose_name='cotă (%)')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=300, verbose_name='denumire')),
                ('quantity', lib.db.PriceField(decimal_places=6, default=Decimal('1'), max_digits=18, verbose_name='cantitate')),
                ('unit_price', lib.db.PriceField(decimal_places=6, default=Decimal('0.00'), max_digits=18, verbose_name='preț unitar')),
                ('net', lib.db.MoneyField(decimal_places=2, max_digits=15, verbose_name='valoare fără TVA')),
                ('vat', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=15, verbose_name='TVA')),
                ('deductible', models.PositiveSmallIntegerField(choices=[(100, '100 %'), (50, '50 %'), (0, 'nedeductibil')], default=100, verbose_name='TVA deductibil')),
                ('category', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='purchases.expensecategory', verbose_name='categoria')),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('expense', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='purchases.expense')),
            ],
            options={
                'ordering': ['position', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ExpenseRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('expense', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='purchases.expense')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ExpenseVat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vat_category', models.CharField(choices=[('S', 'taxabil'), ('Z', 'cotă zero'), ('E', 'scutit'), ('AE', 'taxare inversă'), ('K', 'livrare intracomunitară'), ('G', 'export'), ('O', 'în afara TVA')], default='S', max_length=2)),
                ('vat_percent', lib.db.PercentField(decimal_places=4, default=Decimal('0'), max_digits=7, verbose_name='cotă (%)')),
                ('net', lib.db.MoneyField(decimal_places=2, max_digits=15, verbose_name='bază')),
                ('vat', lib.db.MoneyField(decimal_places=2, max_digits=15, verbose_name='TVA')),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('expense', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='purchases.expense')),
            ],
            options={
                'ordering': ['-vat_percent', 'vat_category'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PaymentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=34, verbose_name='din contul')),
                ('format', models.CharField(choices=[('pain001', 'pain.001 (XML, ISO 20022)'), ('csv', 'CSV')], default='pain001', max_length=7, verbose_name='format')),
                ('currency', models.CharField(default='RON', max_length=3)),
                ('pay_on', models.DateField(verbose_name='data plății')),
                ('count', models.PositiveIntegerField()),
                ('total', lib.db.MoneyField(decimal_places=2, max_digits=15)),
                ('token', models.UUIDField(editable=False)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('file', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.storedfile')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FileRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', lib.db.MoneyField(decimal_places=2, max_digits=15)),
                ('iban', models.CharField(max_length=34)),
                ('state', models.CharField(choices=[('waiting', 'în fișier'), ('paid', 'plătită'), ('withdrawn', 'retrasă')], default='waiting', max_length=9)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('expense', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='file_rows', to='purchases.expense')),
                ('payment_file', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='purchases.paymentfile')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SupplierAdvance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('amount', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=15)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('partner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='supplier_advances', to='partners.partner')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SupplierPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('cash', 'numerar'), ('card', 'card'), ('transfer', 'transfer bancar'), ('cheque', 'cec'), ('promissory_note', 'bilet la ordin'), ('set_off', 'compensare'), ('advance', 'din avans')], max_length=16, verbose_name='metoda')),
                ('amount', lib.db.MoneyField(decimal_places=2, max_digits=15, verbose_name='suma')),
                ('currency', models.CharField(default='RON', max_length=3, verbose_name='moneda')),
                ('advance', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=15)),
                ('exchange_rate', models.DecimalField(decimal_places=6, default=Decimal('1'), max_digits=14, verbose_name='curs')),
                ('rate_source', models.CharField(blank=True, editable=False, max_length=10)),
                ('paid_on', models.DateField(verbose_name='data plății')),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='nr. document')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='observații')),
                ('pair', models.UUIDField(editable=False, null=True)),
                ('token', models.UUIDField(editable=False)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('cancelled_at', models.DateTimeField(editable=False, null=True)),
                ('cancel_reason', models.CharField(blank=True, editable=False, max_length=200)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cancelled_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cash_operation', models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplier_payment', to='cashbook.cashoperation')),
                ('client_payment', models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplier_payment', to='invoicing.payment')),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('file_row', models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment', to='purchases.filerow')),
                ('partner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='supplier_payments', to='partners.partner')),
            ],
            options={
                'verbose_name': 'plată',
                'verbose_name_plural': 'plăți',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SupplierAllocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', lib.db.MoneyField(decimal_places=2, max_digits=15)),
                ('taken', lib.db.MoneyField(decimal_places=2, max_digits=15)),
                ('difference_ron', lib.db.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=15)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('expense', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='purchases.expense')),
                ('payment', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='purchases.supplierpayment')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['company', '-issue_date', '-id'], name='expense_by_date'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['company', '-total', '-id'], name='expense_by_total'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['company', 'due_date', 'id'], name='expense_by_due'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['company', 'partner', '-issue_date', '-id'], name='expense_by_partner'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(condition=models.Q(('status', 'booked')), fields=['company', 'booked_on', 'id'], name='expense_by_booking'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(condition=models.Q(('status', 'booked'), models.Q(('paid', models.F('total')), _negated=True)), fields=['company', 'due_date'], include=('total', 'paid'), name='expense_open'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(models.F('company'), django.db.models.functions.text.Upper('number'), name='expense_by_number'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.UniqueConstraint(condition=models.Q(('token__isnull', False)), fields=('company', 'token'), name='expense_once'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.UniqueConstraint(condition=models.Q(('source_key', ''), _negated=True), fields=('company', 'source_key'), name='expense_of_received_once'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('vat')), '+', models.F('rounding')))), name='expense_total_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(('rounding__gt', -1), ('rounding__lt', 1)), name='expense_rounding_below_one'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(('exchange_rate__gt', 0)), name='expense_rate_positive'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('currency', 'RON'), _negated=True), ('exchange_rate', 1), _connector='OR'), name='expense_lei_rate'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid__gte', 0), ('paid__lte', models.F('total')), ('total__gte', 0)), models.Q(('paid__gte', models.F('total')), ('paid__lte', 0), ('total__lt', 0)), _connector='OR'), name='expense_paid_within'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(('paid', 0), models.Q(('status', 'cancelled'), _negated=True), _connector='OR'), name='expense_cancelled_unpaid'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('booked_at', None), ('cancelled_at', None), ('status', 'draft')), models.Q(('booked_at__isnull', False), ('cancelled_at', None), ('status', 'booked')), models.Q(('cancelled_at__isnull', False), ('status', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='expense_state'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('expense', 'file'), name='attachment_once'),
        ),
        migrations.AddConstraint(
            model_name='expensecategory',
            constraint=models.UniqueConstraint(models.F('company'), django.db.models.functions.text.Lower('name'), name='expense_category_once'),
        ),
        migrations.AddConstraint(
            model_name='expensecategory',
            constraint=models.CheckConstraint(condition=models.Q(('deductible__in', (0, 50, 100))), name='expense_category_deductible'),
        ),
        migrations.AddIndex(
            model_name='expenseline',
            index=models.Index(models.F('company'), django.db.models.functions.text.Upper('name'), name='expense_line_by_name'),
        ),
        migrations.AddIndex(
            model_name='expenseline',
            index=models.Index(fields=['company', 'category'], name='expense_line_category'),
        ),
        migrations.AddConstraint(
            model_name='expenseline',
            constraint=models.UniqueConstraint(fields=('expense', 'position'), name='expense_line_place'),
        ),
        migrations.AddConstraint(
            model_name='expenseline',
            constraint=models.CheckConstraint(condition=models.Q(('deductible__in', (0, 50, 100))), name='expense_line_deductible'),
        ),
        migrations.AddConstraint(
            model_name='expenserevision',
            constraint=models.UniqueConstraint(fields=('expense', 'revision'), name='expense_revision_once'),
        ),
        migrations.AddConstraint(
            model_name='expensevat',
            constraint=models.UniqueConstraint(fields=('expense', 'vat_category', 'vat_percent'), name='expense_vat_once'),
        ),
        migrations.AddIndex(
            model_name='paymentfile',
            index=models.Index(fields=['company', '-id'], name='payment_file_by_id'),
        ),
        migrations.AddConstraint(
            model_name='paymentfile',
            constraint=models.UniqueConstraint(fields=('company', 'token'), name='payment_file_once'),
        ),
        migrations.AddIndex(
            model_name='filerow',
            index=models.Index(fields=['expense'], name='file_row_by_expense'),
        ),
        migrations.AddConstraint(
            model_name='filerow',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('expense',), name='expense_in_one_file'),
        ),
        migrations.AddConstraint(
            model_name='filerow',
            constraint=models.UniqueConstraint(fields=('payment_file', 'expense'), name='expense_once_in_file'),
        ),
        migrations.AddConstraint(
            model_name='filerow',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='file_row_positive'),
        ),
        migrations.AddConstraint(
            model_name='supplieradvance',
            constraint=models.UniqueConstraint(fields=('company', 'partner', 'currency'), name='supplier_advance_once'),
        ),
        migrations.AddConstraint(
            model_name='supplieradvance',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='supplier_advance_not_below_zero'),
        ),
        migrations.AddIndex(
            model_name='supplierpayment',
            index=models.Index(fields=['company', '-paid_on', '-id'], name='supplier_payment_by_date'),
        ),
        migrations.AddIndex(
            model_name='supplierpayment',
            index=models.Index(fields=['company', '-amount', '-id'], name='supplier_payment_by_amount'),
        ),
        migrations.AddIndex(
            model_name='supplierpayment',
            index=models.Index(fields=['company', 'partner', '-paid_on'], name='supplier_payment_by_partner'),
        ),
        migrations.AddIndex(
            model_name='supplierpayment',
            index=models.Index(models.F('company'), django.db.models.functions.text.Upper('reference'), name='supplier_payment_by_reference'),
        ),
        migrations.AddConstraint(
            model_name='supplierpayment',
            constraint=models.UniqueConstraint(fields=('company', 'token'), name='supplier_payment_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount', 0), _negated=True), models.Q(('client_payment', None), ('method__in', ('set_off', 'advance'))), _connector='OR'), name='supplier_payment_not_zero'),
        ),
        migrations.AddConstraint(
            model_name='supplierpayment',
            constraint=models.CheckConstraint(condition=models.Q(('exchange_rate__gt', 0)), name='supplier_payment_rate_positive'),
        ),
        migrations.AddConstraint(
            model_name='supplierpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('advance__lt', 0), ('amount', 0), ('method', 'advance')), models.Q(models.Q(('method', 'advance'), _negated=True), models.Q(models.Q(('advance__gte', 0), ('amount__gte', 0)), models.Q(('advance__lte', 0), ('amount__lt', 0)), _connector='OR')), _connector='OR'), name='supplier_payment_advance_within'),
        ),
        migrations.AddConstraint(
            model_name='supplierpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('cash_operation__isnull', False), ('method', 'cash')), models.Q(models.Q(('method', 'cash'), _negated=True), ('cash_operation', None)), _connector='OR'), models.Q(models.Q(('client_payment', None), ('pair', None)), models.Q(('client_payment__isnull', False), ('method', 'set_off'), ('pair__isnull', False)), _connector='OR'), models.Q(('file_row', None), ('method', 'transfer'), _connector='OR')), name='supplier_payment_ties'),
        ),
        migrations.AddIndex(
            model_name='supplierallocation',
            index=models.Index(fields=['expense'], name='supplier_allocation_expense'),
        ),
        migrations.AddConstraint(
            model_name='supplierallocation',
            constraint=models.UniqueConstraint(fields=('payment', 'expense'), name='supplier_allocation_once'),
        ),
        migrations.AddConstraint(
            model_name='supplierallocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('taken__gt', 0)), models.Q(('amount__lt', 0), ('taken__lt', 0)), _connector='OR'), name='supplier_allocation_not_zero'),
        ),
    ]
