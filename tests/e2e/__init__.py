"""People in real browsers against a real `lyceum up`: what a class does, sees and survives."""
