"""How letters read and travel: approved texts, real SMTP servers, real HTTP servers."""
