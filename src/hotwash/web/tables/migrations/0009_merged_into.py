from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tables', '0008_complaints'),
    ]

    operations = [
        migrations.AddField(
            model_name='incidentrow',
            name='merged_into',
            field=models.CharField(blank=True, default='', help_text='The incident in which it goes on.', max_length=60),
        ),
    ]
