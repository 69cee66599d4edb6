"""What every request and answer goes through, whatever the page: boundary, errors, security, logs."""
