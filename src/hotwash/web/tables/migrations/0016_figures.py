from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tables", "0015_postmortems"),
    ]

    operations = [
        migrations.AddField(
            model_name="incidentrow",
            name="figures",
            field=models.JSONField(default=dict, help_text="What it contributes to the figures of all incidents."),
        ),
        migrations.CreateModel(
            name="BreachRow",
            fields=[
                ("indicator", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("value", models.FloatField(null=True)),
                ("limit", models.FloatField()),
                ("since", models.DateTimeField(help_text="Since when it is breached.")),
                ("reminded_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "hotwash_breach",
            },
        ),
    ]
