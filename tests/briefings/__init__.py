"""The office's reports: what their sentences say, when they are drafted, how they are numbered and kept."""
