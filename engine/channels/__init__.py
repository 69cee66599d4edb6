"""What citizens write from outside the pages, by e-mail or through a gateway: kept once, and answered as a report."""
