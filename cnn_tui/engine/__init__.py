"""Arrays and specs turned into trained models. The only room that imports torch."""
