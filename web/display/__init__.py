"""How things are said and shown on pages: filters, histories in sentences, navigation, forms."""
