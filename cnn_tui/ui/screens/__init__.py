"""One file a place: screens wire widgets to the session, they neither draw nor compute."""
