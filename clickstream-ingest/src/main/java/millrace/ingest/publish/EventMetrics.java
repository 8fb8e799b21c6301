package millrace.ingest.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import millrace.events.Channels;
import millrace.ingest.auth.RequestContext;
import millrace.ingest.http.InFlightBudget;

/** Counts events in the metric {@code ingest_events_total} by source and outcome. */
@Singleton
public class EventMetrics {
    private final MeterRegistry metrics;
    private final Map<String, Map<String, Counter>> counters = new ConcurrentHashMap<>();

    EventMetrics(MeterRegistry metrics, InFlightBudget inFlight) {
        this.metrics = metrics;
        metrics.gauge("ingest.in.flight.bytes", inFlight, InFlightBudget::held);
    }

    void durable(RequestContext context, List<PendingRecord> records) {
        var rejected = 0;
        for (var record : records) {
            rejected += record.channel() == Channels.REJECTED_EVENTS ? 1 : 0;
        }
        count(context, "rejected", rejected);
        count(context, "accepted", records.size() - rejected);
    }

    void failed(RequestContext context, List<PendingRecord> records) {
        count(context, "failed", records.size());
    }

    /** Counts events that were skipped because they are known to be durable. */
    void duplicates(RequestContext context, int events) {
        count(context, "repeated", events);
    }

    /** Counts events that were dropped because the visitor asks for privacy. */
    public void declined(RequestContext context, int events) {
        count(context, "declined", events);
    }

    private void count(RequestContext context, String outcome, int events) {
        if (events > 0) {
            counters.computeIfAbsent(context.writer().name(), added -> new ConcurrentHashMap<>())
                    .computeIfAbsent(outcome, added -> counter(context.writer().name(), outcome))
                    .increment(events);
        }
    }

    private Counter counter(String source, String outcome) {
        return metrics.counter("ingest.events", "source", source, "outcome", outcome);
    }
}
