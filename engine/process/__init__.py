"""The one writer: deployments, instances, timers, messages, incidents, and the record of every act."""
