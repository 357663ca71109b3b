"""What users keep beside a library: collections, saved searches and their alerts."""
