"""How processes talk: `bus.Bus`, in memory (`bus_memory`) and on Redis pub/sub (`bus_redis`)."""
