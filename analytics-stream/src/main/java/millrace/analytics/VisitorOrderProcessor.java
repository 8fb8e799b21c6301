package millrace.analytics;

import millrace.analytics.engine.Count;
import millrace.analytics.engine.PartialAggregator;
import millrace.analytics.engine.TaskProcessor;
import millrace.analytics.session.Sessionizer;
import millrace.analytics.session.VisitorOrder;
import millrace.events.Channels;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Applies accepted orders to their visitors, in the partition of the visitor's clicks. */
final class VisitorOrderProcessor extends TaskProcessor<VisitorOrder, Void> {
    private final AnalyticsConfig config;
    private Sessionizer sessions;
    private PartialAggregator partials;

    VisitorOrderProcessor(AnalyticsConfig config) {
        super(EventProcessor.STORE, false);
        this.config = config;
    }

    @Override
    protected void begin(ProcessorContext<String, Void> context) {
        partials = partials(config.grace());
        sessions = new Sessionizer(
                Sessionizer.Tables.of(this::table),
                watermarks(Channels.CLICKS.name()),
                EventProcessor.rules(config),
                this::countFunnel);
    }

    private void countFunnel(Count count, long time) {
        partials.count(FunnelAggregate.SPEC, Channels.CLICKS.name(), count, time);
    }

    @Override
    protected void apply(Record<String, VisitorOrder> record, long offset) {
        sessions.ordered(record.key(), record.value(), record.timestamp());
    }

    @Override
    protected void emit(char table, String key, Object value, byte[] payload, long timestamp) {
        throw new IllegalStateException("The processor of events passes changes on");
    }
}
