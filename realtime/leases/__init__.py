"""Who owns a room: `leases.Leases`, in memory (`leases_memory`) and on Redis (`leases_redis`)."""
