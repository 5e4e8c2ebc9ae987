"""Finding threads by what was said in them: words.py folds text (pure), indexer.py keeps the words up to date."""
