"""The only SQL of the product: schema, migrations, the writer, and one module per aggregate."""
