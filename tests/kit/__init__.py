"""What tests share: databases, a served site, a browser, a province, reports."""
