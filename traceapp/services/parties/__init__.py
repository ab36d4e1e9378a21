"""Who is who: organisations, their places, people and their keys, the province's yes."""
