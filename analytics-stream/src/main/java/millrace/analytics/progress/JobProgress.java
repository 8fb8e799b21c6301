package millrace.analytics.progress;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** State, restore progress and lag of this instance of the job. */
@ApplicationScoped
public class JobProgress {
    private final KafkaStreams streams;
    private final RestoreMonitor restoreMonitor;
    private final String address;

    JobProgress(
            KafkaStreams streams,
            RestoreMonitor restoreMonitor,
            @ConfigProperty(name = "quarkus.kafka-streams.application-server") String address) {
        this.streams = streams;
        this.restoreMonitor = restoreMonitor;
        this.address = address;
    }

    /** @param lag number of records of the task's input that are still to be processed, as of its last poll */
    record Task(String id, long lag) {}

    /** Returns host and port at which the other instances reach this one. */
    public String address() {
        return address;
    }

    /** Returns a sentence for answers that are refused because the job is not ready. */
    public String sentence() {
        return "the job is %s and has restored %d of %d records."
                .formatted(streams.state(), sum(StoreRestoreProgress::restored), sum(StoreRestoreProgress::total));
    }

    private long sum(ToLongFunction<StoreRestoreProgress> what) {
        return restoreMonitor.all().stream().mapToLong(what).sum();
    }

    String state() {
        return streams.state().name();
    }

    List<StoreRestoreProgress> stores() {
        return restoreMonitor.all();
    }

    List<Task> tasks() {
        return streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .map(task -> new Task(task.taskId().toString(), lag(task)))
                .sorted(Comparator.comparing(Task::id))
                .toList();
    }

    /**
     * Sums the lag of all partitions. A partition without a commit counts from offset 0; one whose end is unknown is
     * left out.
     */
    private static long lag(TaskMetadata task) {
        Map<TopicPartition, Long> committed = task.committedOffsets();
        return task.endOffsets().entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - Math.max(0, committed.getOrDefault(end.getKey(), 0L))))
                .sum();
    }
}
