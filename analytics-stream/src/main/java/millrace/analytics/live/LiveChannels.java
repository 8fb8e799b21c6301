package millrace.analytics.live;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import millrace.analytics.query.Problem;
import millrace.analytics.stream.Topics;
import millrace.events.Catalogue;

/** The channels that can be followed: all that this job writes, without its internal topics and its dead letters. */
@ApplicationScoped
class LiveChannels {
    private static final String MODULE = "analytics-stream";
    private static final String DEAD_LETTERS = "-dlq";

    private final Map<String, String> byTopic = new TreeMap<>();
    private final Set<String> names = new TreeSet<>();

    LiveChannels(Topics topics) {
        for (var channel : Catalogue.channels()) {
            if (channel.owner().equals(MODULE) && !channel.name().endsWith(DEAD_LETTERS)) {
                names.add(channel.name());
                byTopic.put(topics.written(channel), channel.name());
            }
        }
    }

    List<String> topics() {
        return List.copyOf(byTopic.keySet());
    }

    String name(String topic) {
        return byTopic.get(topic);
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
