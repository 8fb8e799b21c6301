package millrace.analytics.engine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.CommitCallback;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.Task.TaskType;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * A {@link TaskState} as a store of Kafka Streams. It alone uses parts of Kafka Streams that are not public: a store that has
 * a cache is told of a commit before positions are committed, and a store may write to its changelog.
 */
public final class TaskStore implements StateStore, CachedStateStore<Bytes, byte[]> {
    /** A topic that expires takes its records after seven days on the smallest plans. */
    private static final Duration REWRITE_AFTER = Duration.ofDays(2);

    private static final Duration COMMIT_EVERY = Duration.ofMillis(50);
    private static final Duration COMMIT_EVERY_TRANSACTION = Duration.ofMillis(100);

    private final String name;
    private final Function<Map<String, Object>, WriterFence> fence;
    private final KeyValueStore<Bytes, byte[]> base;
    private TaskState state;
    private Duration commitEvery;

    private TaskStore(String name, Function<Map<String, Object>, WriterFence> fence) {
        this.name = name;
        this.fence = fence;
        base = Stores.persistentKeyValueStore(name).get();
    }

    /** @param fence makes a fence of the settings of the job */
    public static StoreBuilder<TaskStore> builder(String name, Function<Map<String, Object>, WriterFence> fence) {
        return new Builder(name, fence);
    }

    TaskState state() {
        return state;
    }

    /** Returns the time between two commits of a live task: one without transactions costs a few records. */
    Duration commitEvery() {
        return commitEvery;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        var internal = (InternalProcessorContext<?, ?>) context;
        if (internal.taskType() == TaskType.STANDBY) {
            throw new IllegalStateException("The store " + name + " has one writer: num.standby.replicas must be 0");
        }
        var changelog =
                new TopicPartition(internal.changelogFor(name), context.taskId().partition());
        deleteFormer(context.stateDir());
        base.init(new Unregistered(context), this);
        var writers = fence.apply(context.appConfigs());
        var transactional = StreamsConfig.EXACTLY_ONCE_V2.equals(
                context.appConfigs().get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        commitEvery = transactional ? COMMIT_EVERY_TRANSACTION : COMMIT_EVERY;
        state = new TaskState(
                changelog.topic(),
                base,
                (key, value) -> internal.logChange(
                        name, Bytes.wrap(key), value, System.currentTimeMillis(), Position.emptyPosition()),
                new TaskState.Settings(
                        transactional || writers == WriterFence.NONE,
                        REWRITE_AFTER,
                        CommitProof::accepted,
                        System::currentTimeMillis));
        if (!transactional) { // Kafka itself keeps another writer out of a transaction.
            var announcement = state.announcement();
            writers.append(changelog, announcement.key, announcement.value);
        }
        context.register(root, (StateRestoreCallback) state::restore);
    }

    /** Deletes the base that a process before this one has left: it may have less, or more, than the changelog. */
    private static void deleteFormer(File directory) {
        try {
            Utils.delete(new File(directory, "rocksdb"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void flushCache() {
        state.commit();
    }

    @Override
    public void clearCache() {
        // What is not committed goes with the task.
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Bytes, byte[]> listener, boolean oldValues) {
        return false;
    }

    @Override
    public void flush() {
        // The changelog has all: the base is made anew at each start.
    }

    @Override
    public void close() {
        if (state != null) {
            state.close();
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** Kafka Streams restores it at each start from the beginning of the changelog. */
    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return base.isOpen();
    }

    @Override
    public Position getPosition() {
        return base.getPosition();
    }

    /** Answers a {@link TableQuery}; other threads than the task's may ask. */
    @Override
    @SuppressWarnings("unchecked")
    public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
        if (!(query instanceof TableQuery<?> asked)) {
            return QueryResult.forUnknownQueryType(query, this);
        }
        var table = state.table(asked.table());
        if (table == null) {
            return QueryResult.forFailure(FailureReason.NOT_ACTIVE, "The task begins");
        }
        return (QueryResult<R>) QueryResult.forResult(table.committed(asked.first(), asked.last()));
    }

    private record Builder(String name, Function<Map<String, Object>, WriterFence> fence)
            implements StoreBuilder<TaskStore> {
        @Override
        public TaskStore build() {
            return new TaskStore(name, fence);
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return true;
        }

        @Override
        public StoreBuilder<TaskStore> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<TaskStore> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<TaskStore> withLoggingEnabled(Map<String, String> settings) {
            return this;
        }

        @Override
        public StoreBuilder<TaskStore> withLoggingDisabled() {
            throw new UnsupportedOperationException("The store " + name + " is nothing without its changelog");
        }
    }

    /** Lets the base open without a changelog of its own. */
    private record Unregistered(StateStoreContext context) implements StateStoreContext {
        @Override
        public void register(StateStore store, StateRestoreCallback callback) {
            // The task's store registers itself.
        }

        @Override
        public void register(StateStore store, StateRestoreCallback callback, CommitCallback commit) {
            // The task's store registers itself.
        }

        @Override
        public String applicationId() {
            return context.applicationId();
        }

        @Override
        public TaskId taskId() {
            return context.taskId();
        }

        @Override
        public Optional<RecordMetadata> recordMetadata() {
            return Optional.empty();
        }

        @Override
        public Serde<?> keySerde() {
            return context.keySerde();
        }

        @Override
        public Serde<?> valueSerde() {
            return context.valueSerde();
        }

        @Override
        public File stateDir() {
            return context.stateDir();
        }

        @Override
        public StreamsMetrics metrics() {
            return context.metrics();
        }

        @Override
        public Map<String, Object> appConfigs() {
            return context.appConfigs();
        }

        @Override
        public Map<String, Object> appConfigsWithPrefix(String prefix) {
            return context.appConfigsWithPrefix(prefix);
        }
    }
}
