"""The hotline's engine: process instances, their store and the use cases around them. Never imports Flask."""
