package millrace.analytics.live;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import millrace.analytics.query.Problem;
import millrace.events.Catalogue;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The channels that can be followed: all that this job writes, without its internal topics and its dead letters. */
@ApplicationScoped
class LiveChannels {
    private static final String MODULE = "analytics-stream";
    private static final String DEAD_LETTERS = "-dlq";

    private final String prefix;
    private final Set<String> names = new TreeSet<>();

    LiveChannels(@ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this.prefix = prefix.orElse("");
        for (var channel : Catalogue.channels()) {
            if (channel.owner().equals(MODULE) && !channel.name().endsWith(DEAD_LETTERS)) {
                names.add(channel.name());
            }
        }
    }

    List<String> topics() {
        return names.stream().map(name -> prefix + name).toList();
    }

    String name(String topic) {
        return topic.substring(prefix.length());
    }

    /** All where none is chosen; 400 naming the choices where one is not among them. */
    Set<String> chosen(List<String> chosen) {
        for (var name : chosen) {
            if (!names.contains(name)) {
                throw Problem.badRequest("channel must be one of %s, not %s".formatted(String.join(", ", names), name));
            }
        }
        return chosen.isEmpty() ? names : Set.copyOf(chosen);
    }
}
