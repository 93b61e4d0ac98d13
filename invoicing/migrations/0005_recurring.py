"""Recurring invoices, what a change of the VAT status stops, and documents let through after it."""

import companies.scope
import django.db.models.deletion
import lib.db
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_sort_name'),
        ('companies', '0005_status_for_the_moment'),
        ('invoicing', '0004_list_indexes'),
        ('partners', '0003_sort_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RecurringPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='denumire')),
                ('state', models.CharField(choices=[('active', 'activă'), ('paused', 'în pauză'), ('stopped', 'oprită')], default='active', editable=False, max_length=7)),
                ('mode', models.CharField(choices=[('issue', 'se emite singură'), ('draft', 'ciornă, de aprobat')], default='issue', max_length=5, verbose_name='la scadență')),
                ('unit', models.CharField(choices=[('day', 'zi'), ('week', 'săptămână'), ('month', 'lună'), ('quarter', 'trimestru'), ('year', 'an')], default='month', max_length=7, verbose_name='la fiecare')),
                ('every', models.PositiveSmallIntegerField(default=1, verbose_name='o dată la')),
                ('rule', models.CharField(choices=[('day', 'într-o zi anume'), ('last', 'în ultima zi'), ('last_working', 'în ultima zi lucrătoare')], default='day', max_length=12, verbose_name='ziua')),
                ('day', models.PositiveSmallIntegerField(default=1, verbose_name='ziua din lună')),
                ('starts_on', models.DateField(verbose_name='începe la')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ultima dată')),
                ('times', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='de câte ori')),
                ('position', models.PositiveIntegerField(default=0, editable=False)),
                ('next_on', models.DateField(editable=False, null=True)),
                ('made', models.PositiveIntegerField(default=0, editable=False)),
                ('look_on', models.DateField(editable=False, null=True)),
                ('awaits_approval', models.BooleanField(default=False, editable=False)),
                ('approved_until', models.DateField(editable=False, null=True)),
                ('language', models.CharField(choices=[('ro', 'română'), ('en', 'engleză'), ('ro-en', 'română și engleză')], default='ro', max_length=5, verbose_name='limba')),
                ('currency', models.CharField(default='RON', max_length=3, verbose_name='moneda prețurilor')),
                ('in_lei', models.BooleanField(default=False, verbose_name='facturează în lei, la cursul BNR al zilei')),
                ('prices_include_vat', models.BooleanField(default=False)),
                ('discount_percent', lib.db.PercentField(decimal_places=4, default=Decimal('0'), max_digits=7)),
                ('discount_amount', lib.db.MoneyField(decimal_places=2, default=Decimal('0'), max_digits=15)),
                ('due_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='termen de plată (zile)')),
                ('order_reference', models.CharField(blank=True, max_length=100)),
                ('contract_reference', models.CharField(blank=True, max_length=100)),
                ('buyer_reference', models.CharField(blank=True, max_length=100)),
                ('notes', models.TextField(blank=True, max_length=1000)),
                ('internal_note', models.TextField(blank=True, max_length=1000)),
                ('issuer_name', models.CharField(blank=True, max_length=100)),
                ('send_mail', models.BooleanField(default=False, verbose_name='trimite pe e-mail după emitere')),
                ('mail_to', models.CharField(blank=True, max_length=500, verbose_name='către')),
                ('mail_subject', models.CharField(blank=True, max_length=200, verbose_name='subiect')),
                ('mail_body', models.TextField(blank=True, max_length=5000, verbose_name='mesaj')),
                ('reason', models.CharField(blank=True, choices=[('person', 'oprită de un om'), ('vat_status', 's-a schimbat statutul de TVA al firmei')], default='', editable=False, max_length=10)),
                ('stopped_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('again_of', models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='again', to='invoicing.recurringplan')),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('created_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner', verbose_name='client')),
                ('series', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoicing.series', verbose_name='serie')),
                ('stopped_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vat_status', models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.vatstatus')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RecurringLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=100)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('code', models.CharField(blank=True, max_length=50)),
                ('quantity', lib.db.PriceField(decimal_places=6, max_digits=18)),
                ('unit', models.CharField(max_length=20)),
                ('unit_code', models.CharField(max_length=3)),
                ('unit_price', lib.db.PriceField(decimal_places=6, max_digits=18)),
                ('discount_percent', lib.db.PercentField(decimal_places=4, default=Decimal('0'), max_digits=7)),
                ('discount_amount', lib.db.MoneyField(decimal_places=2, default=Decimal('0'), max_digits=15)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('product', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.product')),
                ('vat_rate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.vatrate')),
                ('plan', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='invoicing.recurringplan')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RecurringRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('state', models.CharField(choices=[('issued', 'emisă'), ('draft', 'ciornă'), ('failed', 'eșuată'), ('skipped', 'sărită')], default='failed', max_length=7)),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('tries', models.PositiveSmallIntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('document', models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='recurring_run', to='invoicing.document')),
                ('plan', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='invoicing.recurringplan')),
            ],
            options={
                'ordering': ['-day'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('stopped', models.PositiveIntegerField(default=0)),
                ('mail_due', models.DateTimeField(null=True)),
                ('mail_tries', models.PositiveSmallIntegerField(default=0)),
                ('mail_error', models.CharField(blank=True, max_length=300)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('status', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='companies.vatstatus')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StatusPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('used_for', models.CharField(blank=True, default='', max_length=10)),
                ('used_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(db_index=False, default=companies.scope.active_company_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('document', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='status_permissions', to='invoicing.document')),
                ('used_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='recurringplan',
            index=models.Index(condition=models.Q(('look_on__isnull', False), ('state', 'active')), fields=['look_on', 'id'], name='recurring_due'),
        ),
        migrations.AddIndex(
            model_name='recurringplan',
            index=models.Index(fields=['company', 'next_on', 'id'], name='recurring_by_day'),
        ),
        migrations.AddIndex(
            model_name='recurringplan',
            index=models.Index(condition=models.Q(('state', 'stopped'), _negated=True), fields=['company', 'id'], name='recurring_alive'),
        ),
        migrations.AddConstraint(
            model_name='recurringplan',
            constraint=models.UniqueConstraint(fields=('again_of',), name='recurring_again_once'),
        ),
        migrations.AddConstraint(
            model_name='recurringplan',
            constraint=models.CheckConstraint(condition=models.Q(('day__gte', 1), ('day__lte', 31), ('every__gte', 1)), name='recurring_schedule_possible'),
        ),
        migrations.AddConstraint(
            model_name='recurringplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('currency', 'RON'), _negated=True), ('in_lei', False), _connector='OR'), name='recurring_lei_are_lei'),
        ),
        migrations.AddConstraint(
            model_name='recurringplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('look_on', None), ('state', 'stopped'), ('stopped_at__isnull', False), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'stopped'), _negated=True), ('reason', ''), ('stopped_at', None)), _connector='OR'), name='recurring_stopped_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='recurringline',
            constraint=models.UniqueConstraint(fields=('plan', 'position'), name='recurring_line_once'),
        ),
        migrations.AddIndex(
            model_name='recurringrun',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['company', 'id'], name='recurring_failed'),
        ),
        migrations.AddConstraint(
            model_name='recurringrun',
            constraint=models.UniqueConstraint(fields=('plan', 'day'), name='recurring_run_once'),
        ),
        migrations.AddConstraint(
            model_name='recurringrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('state', 'issued')), ('state', 'draft'), models.Q(('document', None), ('state__in', ['failed', 'skipped'])), _connector='OR'), name='recurring_run_has_document'),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=models.Index(condition=models.Q(('applied_at', None)), fields=['company', 'since'], name='status_change_ahead'),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=models.Index(condition=models.Q(('mail_due__isnull', False)), fields=['mail_due'], name='status_change_to_mail'),
        ),
        migrations.AddIndex(
            model_name='statuspermission',
            index=models.Index(fields=['document'], name='status_permission_by_document'),
        ),
        migrations.AddConstraint(
            model_name='statuspermission',
            constraint=models.UniqueConstraint(condition=models.Q(('used_at', None)), fields=('document',), name='status_permission_once'),
        ),
        migrations.AddConstraint(
            model_name='statuspermission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('used_at', None), ('used_for', '')), models.Q(('used_at__isnull', False), ('used_for__in', ['revise', 'storno'])), _connector='OR'), name='status_permission_used_for'),
        ),
    ]
