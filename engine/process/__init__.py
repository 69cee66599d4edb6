"""The only writer of deployments, process instances, timers, messages and incidents, and the record of every act."""
