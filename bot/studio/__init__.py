"""The work: accepting, queueing, producing and delivering jobs. Speaks only the domain and its own ports."""
