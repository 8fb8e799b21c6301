package millrace.analytics.engine;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A processor whose state is in a {@link TaskStore}: each input record changes it exactly once, whatever crashes between, and
 * its changes are passed on when their commit is certain.
 */
public abstract class TaskProcessor<I, O> extends ContextualProcessor<String, I, String, O> {
    private static final Duration TICK = Duration.ofMillis(10);

    private final String store;
    private final boolean emits;
    private TaskState state;
    private CommitCadence cadence;

    /**
     * @param store name of the {@link TaskStore}; several processors of a task may share it
     * @param emits true for the one of them that passes the changes on
     */
    protected TaskProcessor(String store, boolean emits) {
        this.store = store;
        this.emits = emits;
    }

    @Override
    public final void init(ProcessorContext<String, O> context) {
        super.init(context);
        TaskStore shared = context.getStateStore(store);
        state = shared.state();
        state.begin();
        cadence = new CommitCadence(shared.commitEvery());
        begin(context);
        if (emits) {
            context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
        }
    }

    @Override
    public final void process(Record<String, I> record) {
        var read = context().recordMetadata().orElseThrow();
        if (state.advance(new TopicPartition(read.topic(), read.partition()), read.offset())) {
            apply(record, read.offset());
            if (state.isLarge()) {
                context().commit();
            }
        }
    }

    private void tick(long now) {
        state.settle();
        state.emit(this::emit);
        if (state.hasChanges() && cadence.isDue(now, context().currentStreamTimeMs())) {
            state.emitBeforeCommit(this::emit);
            context().commit();
        }
    }

    /** Returns the filter of a channel that the task reads. */
    protected final LatenessAndDuplicateFilter filter(String channel, Duration allowedLateness) {
        return new LatenessAndDuplicateFilter(state, channel, allowedLateness, context());
    }

    /** Returns the watermarks of a channel that the task reads. */
    protected final SourceWatermarks watermarks(String channel) {
        return SourceWatermarks.of(state, channel, context());
    }

    protected final LedgerCounter ledger(String channel, String job) {
        return new LedgerCounter(state, channel, job, context());
    }

    protected final PartialAggregator partials(Duration allowedLateness) {
        return new PartialAggregator(state, allowedLateness, context());
    }

    /** @param emits whether the rows of the aggregate are passed on when they change */
    protected final FinalAggregator rows(TwoPhaseAggregate aggregate, boolean emits) {
        return new FinalAggregator(state, aggregate, emits);
    }

    protected final <V> StateTable<V> table(TableSpec<V> spec) {
        return state.table(spec);
    }

    /**
     * Begins to delete what has expired.
     *
     * @param keep of rows that no event has changed; {@code null} for ever
     */
    protected final StateTtl ttl(Duration keep) {
        return new StateTtl(state, context(), keep);
    }

    /** Takes the tables, and schedules what goes by time. */
    protected abstract void begin(ProcessorContext<String, O> context);

    /** Applies a record to the tables. */
    protected abstract void apply(Record<String, I> record, long offset);

    /** Forwards a changed row of a table that emits; the value and its bytes are {@code null} where the row was deleted. */
    protected abstract void emit(char table, String key, Object value, byte[] payload, long timestamp);
}
