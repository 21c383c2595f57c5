"""Which processes are there: `registry.Registry`, in memory (`registry_memory`) and on Redis (`registry_redis`)."""
