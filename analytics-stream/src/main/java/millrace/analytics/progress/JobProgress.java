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

/** How far this instance of the job is. */
@ApplicationScoped
public class Progress {
    private final KafkaStreams streams;
    private final Restoration restoration;
    private final String address;

    Progress(
            KafkaStreams streams,
            Restoration restoration,
            @ConfigProperty(name = "quarkus.kafka-streams.application-server") String address) {
        this.streams = streams;
        this.restoration = restoration;
        this.address = address;
    }

    /** @param lag records of the task's input that are still to be processed, as of its last poll */
    record Task(String id, long lag) {}

    /** Host and port of this instance, as the others reach it. */
    public String address() {
        return address;
    }

    /** For those who get no answer. */
    public String sentence() {
        return "the job is %s and has restored %d of %d records."
                .formatted(streams.state(), sum(Restored::restored), sum(Restored::total));
    }

    private long sum(ToLongFunction<Restored> what) {
        return restoration.all().stream().mapToLong(what).sum();
    }

    String state() {
        return streams.state().name();
    }

    List<Restored> stores() {
        return restoration.all();
    }

    List<Task> tasks() {
        return streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .map(task -> new Task(task.taskId().toString(), lag(task)))
                .sorted(Comparator.comparing(Task::id))
                .toList();
    }

    /** A partition of which nothing has been committed, or whose end is not known yet, counts from its beginning, or not. */
    private static long lag(TaskMetadata task) {
        Map<TopicPartition, Long> committed = task.committedOffsets();
        return task.endOffsets().entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - Math.max(0, committed.getOrDefault(end.getKey(), 0L))))
                .sum();
    }
}
