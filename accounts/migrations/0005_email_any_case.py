import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_profile"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            # Whose address was typed or sent a mail: `iexact` asks for it in capitals.
            index=models.Index(django.db.models.functions.text.Upper("email"), name="person_email_any_case"),
        ),
    ]
