"""What customers attach: fetched, looked at, kept for a time, and shown to whoever may read the thread."""
