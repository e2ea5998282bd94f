//! The epic-connector program: verbs, settings, telemetry and the wiring of ports to adapters.
