"""Tables as people have them: encodings, delimiters, headers, dates, decimal commas, gaps."""
