package millrace.ingest.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import millrace.events.Channels;
import millrace.ingest.http.InFlightBudget;

/** Counts what became of events, as the metric {@code ingest_events_total} by source and outcome. */
@Singleton
public class EventMetrics {
    private final MeterRegistry metrics;
    private final Map<String, Map<String, Counter>> counters = new ConcurrentHashMap<>();

    EventMetrics(MeterRegistry metrics, InFlightBudget inFlight) {
        this.metrics = metrics;
        metrics.gauge("ingest.in.flight.bytes", inFlight, InFlightBudget::held);
    }

    void durable(RequestContext arrival, List<PendingRecord> entries) {
        var rejected = 0;
        for (var entry : entries) {
            rejected += entry.channel() == Channels.REJECTED_EVENTS ? 1 : 0;
        }
        count(arrival, "rejected", rejected);
        count(arrival, "accepted", entries.size() - rejected);
    }

    void notDurable(RequestContext arrival, List<PendingRecord> entries) {
        count(arrival, "failed", entries.size());
    }

    /** Known to be durable already. */
    void repeated(RequestContext arrival, int events) {
        count(arrival, "repeated", events);
    }

    /** Not written, because the visitor does not want it. */
    public void declined(RequestContext arrival, int events) {
        count(arrival, "declined", events);
    }

    private void count(RequestContext arrival, String outcome, int events) {
        if (events > 0) {
            counters.computeIfAbsent(arrival.writer().name(), added -> new ConcurrentHashMap<>())
                    .computeIfAbsent(outcome, added -> counter(arrival.writer().name(), outcome))
                    .increment(events);
        }
    }

    private Counter counter(String source, String outcome) {
        return metrics.counter("ingest.events", "source", source, "outcome", outcome);
    }
}
