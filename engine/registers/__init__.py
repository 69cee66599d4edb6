"""What the law asks of whoever runs the program: registers, and drafts of papers filled with what the program knows."""
