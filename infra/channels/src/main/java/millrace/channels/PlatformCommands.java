package millrace.channels;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import millrace.events.Catalogue;

/** Commands that create topics and consumer groups on the reference platform. They take names without the prefix. */
public record PlatformCommands(Plan plan) {
    /** Commands for the plan of a platform with that prefix: only a shared cluster has one. */
    public static PlatformCommands ofPrefix(String prefix) {
        return new PlatformCommands(prefix.isEmpty() ? Plan.STANDARD_0 : Plan.BASIC_0);
    }

    /** Commands for a new platform. A cluster that is not shared needs none for the consumer groups. */
    public List<String> all(List<Catalogue.Entry> entries, Collection<String> groups) {
        return Stream.concat(entries.stream().map(this::create), groups.stream().map(PlatformCommands::createGroup))
                .toList();
    }

    /** Command that creates a topic. */
    public String create(Catalogue.Entry entry) {
        var cleanup = plan.cleanup(entry);
        return Stream.of(
                        "heroku kafka:topics:create " + entry.name(),
                        "--partitions " + entry.partitions(),
                        cleanup.retention()
                                .map(time -> "--retention-time " + text(time))
                                .orElse(""),
                        cleanup.policy().contains("compact") ? "--compaction" : "")
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
