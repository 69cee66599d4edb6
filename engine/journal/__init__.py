"""The journal: the append-only record of every act outside cases (R13)."""
