"""What each address does. Views are plain functions: a call and its models in, an answer out."""
