"""What a run shows: tables, JUnit XML and an HTML report."""
