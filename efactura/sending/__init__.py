"""What workers do: claim a submission, call SPV with no transaction open, record what came."""
