"""What a guarded decision costs, beside the peers; and how fast a switch reaches a hundred guards."""
