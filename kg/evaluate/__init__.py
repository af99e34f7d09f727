"""What linking found, held against what people judged."""
