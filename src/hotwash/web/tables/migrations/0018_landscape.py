from django.db import migrations, models


def switches(apps, editor):
    """Which systems have a switch that somebody described, read off their records."""
    entries = apps.get_model('tables', 'EntryRow').objects.using(editor.connection.alias)
    streams = entries.filter(kind='switch-described').values_list('stream_id', flat=True).distinct()
    slugs = [one.removeprefix('system/') for one in streams]
    rows = apps.get_model('tables', 'SystemRow').objects.using(editor.connection.alias)
    for start in range(0, len(slugs), 500):
        rows.filter(slug__in=slugs[start : start + 500]).update(has_switch=True)


class Migration(migrations.Migration):

    dependencies = [
        ('tables', '0017_cases'),
    ]

    operations = [
        migrations.AddField(
            model_name='systemrow',
            name='gates',
            field=models.PositiveIntegerField(default=0, help_text='How many gates are asked of it.'),
        ),
        migrations.AddField(
            model_name='systemrow',
            name='gates_wanting',
            field=models.PositiveIntegerField(default=0, help_text='How many of them did not pass when last asked.'),
        ),
        migrations.AddField(
            model_name='systemrow',
            name='has_switch',
            field=models.BooleanField(default=False, help_text='Whether somebody described how a switch of it works.'),
        ),
        migrations.AddField(
            model_name='systemrow',
            name='team',
            field=models.CharField(
                blank=True, default='', help_text='The short name of the team that has it.', max_length=60
            ),
        ),
        migrations.AddIndex(
            model_name='systemrow',
            index=models.Index(fields=['team'], name='hotwash_system_team'),
        ),
        migrations.RunPython(switches, migrations.RunPython.noop),
    ]
