package millrace.release;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.Catalogue;

/**
 * Commands that create topics and consumer groups on the PaaS. They take names without the prefix.
 *
 * @param shared whether the cluster is shared with other applications, which is the case if the platform has a prefix
 */
public record PlatformCommands(boolean shared) {
    /**
     * A shared cluster deletes every record after its retention, also from a compacted topic. The default is one day;
     * this is the maximum.
     */
    private static final Duration LONGEST_ON_SHARED = Duration.ofDays(7);

    /** Commands for a new platform. A cluster that is not shared needs none for the consumer groups. */
    List<String> all(List<Catalogue.Entry> entries, Collection<String> groups) {
        return Stream.concat(entries.stream().map(this::create), groups.stream().map(PlatformCommands::createGroup))
                .toList();
    }

    /** Command that creates a topic. */
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

    /** Command that creates a consumer group. */
    public static String createGroup(String group) {
        return "heroku kafka:consumer-groups:create " + group;
    }

    private static String text(Duration time) {
        return time.equals(Duration.ofDays(time.toDays())) ? time.toDays() + "d" : time.toMillis() + "ms";
    }
}
