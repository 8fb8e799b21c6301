package millrace.release;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.Catalogue;

/**
 * The commands that make topics and consumer groups on the PaaS. They take names without the prefix.
 *
 * @param shared whether the cluster is shared with others, which is where the platform has a prefix
 */
public record PlatformCommands(boolean shared) {
    /** Consumer groups are named like the processes; where the cluster is not shared nobody has to make them. */
    static final List<String> GROUPS = List.of("orders", "analytics", "audit");

    /**
     * On a shared cluster no record outlives the retention, on a compacted topic neither. Unless told it is one day; this
     * is the longest.
     */
    private static final Duration LONGEST_ON_SHARED = Duration.ofDays(7);

    /** Everything that a new platform needs. */
    List<String> all(List<Catalogue.Entry> entries) {
        return Stream.concat(entries.stream().map(this::create), GROUPS.stream().map(PlatformCommands::createGroup))
                .toList();
    }

    /** The one that makes a topic. */
    public String create(Catalogue.Entry entry) {
        var retention =
                entry.retention().or(() -> Optional.of(LONGEST_ON_SHARED).filter(longest -> shared));
        return Stream.of(
                        "heroku kafka:topics:create " + entry.name(),
                        "--partitions " + entry.partitions(),
                        retention.map(time -> "--retention-time " + text(time)).orElse(""),
                        entry.cleanupPolicy().contains("compact") ? "--compaction" : "")
                .filter(part -> !part.isEmpty())
                .collect(joining(" "));
    }

    /** The one that makes a consumer group. */
    public static String createGroup(String group) {
        return "heroku kafka:consumer-groups:create " + group;
    }

    private static String text(Duration time) {
        return time.equals(Duration.ofDays(time.toDays())) ? time.toDays() + "d" : time.toMillis() + "ms";
    }
}
