"""What is said: a sentence for each broken rule, words for what is judged."""
