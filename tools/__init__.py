"""What helps whoever hosts the app: a Space, a laptop without a network."""
