"""The page: one folder is one tab; ui/ is what tabs share, room/ a class that votes on phones."""
