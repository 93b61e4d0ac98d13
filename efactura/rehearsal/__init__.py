"""The rehearsal SPV: speaks ANAF's HTTP on this machine, keeps what it is told, and misbehaves when asked (docs/decisions/052)."""
