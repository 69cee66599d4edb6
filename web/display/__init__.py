"""Presentation on pages: filters, histories in sentences, navigation, forms."""
