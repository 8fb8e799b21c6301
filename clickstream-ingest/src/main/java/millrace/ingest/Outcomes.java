package millrace.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import millrace.events.Channels;

/** Counts what became of events, as the metric {@code ingest_events_total} by source and outcome. */
@ApplicationScoped
class Outcomes {
    private final MeterRegistry metrics;

    Outcomes(MeterRegistry metrics, InFlight inFlight) {
        this.metrics = metrics;
        metrics.gauge("ingest.in.flight.bytes", inFlight, InFlight::held);
    }

    void durable(Arrival arrival, List<Entry> entries) {
        var rejected = entries.stream()
                .filter(entry -> entry.channel() == Channels.REJECTED_EVENTS)
                .count();
        count(arrival, "rejected", rejected);
        count(arrival, "accepted", entries.size() - rejected);
    }

    void notDurable(Arrival arrival, List<Entry> entries) {
        count(arrival, "failed", entries.size());
    }

    private void count(Arrival arrival, String outcome, long events) {
        if (events > 0) {
            metrics.counter("ingest.events", "source", arrival.writer(), "outcome", outcome)
                    .increment(events);
        }
    }
}
