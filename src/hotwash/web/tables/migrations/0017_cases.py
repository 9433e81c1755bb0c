from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tables", "0016_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="CorpusRow",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("attribution", models.TextField(help_text="Who must be named wherever a case is shown.")),
                ("licence", models.CharField(max_length=100)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("digest", models.CharField(help_text="Of the bytes that were brought in.", max_length=80)),
                ("cases", models.PositiveBigIntegerField()),
                ("taken_in_at", models.DateTimeField()),
                ("taken_in_by", models.CharField(max_length=200)),
            ],
            options={
                "db_table": "hotwash_corpus",
            },
        ),
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("corpus", models.CharField(max_length=40)),
                ("key", models.CharField(help_text="Its name in the collection, such as 23.", max_length=100)),
                ("title", models.TextField()),
                ("text", models.TextField(blank=True)),
                ("began", models.DateField(null=True)),
                ("ended", models.DateField(null=True)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("facts", models.JSONField(default=dict, help_text="What else is known, such as the failures that were seen.")),
                ("raw", models.TextField(blank=True, help_text="The document as it came, where it must go out again unchanged.")),
            ],
            options={
                "db_table": "hotwash_case",
                "constraints": [models.UniqueConstraint(fields=("corpus", "key"), name="hotwash_case_once")],
            },
        ),
    ]
