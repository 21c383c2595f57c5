"""No test is judged by the clock: on a busy machine hypothesis' deadline would fail what is right."""

from hypothesis import HealthCheck, settings

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
