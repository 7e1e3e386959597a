"""Tables of readings as people have them (CSV, Excel, Parquet): read, judged row by row, written back with verdicts."""
