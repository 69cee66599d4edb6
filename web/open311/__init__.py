"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): other systems file reports and follow them (R17)."""
