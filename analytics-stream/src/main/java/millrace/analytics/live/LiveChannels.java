package millrace.analytics.live;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import millrace.access.Problem;
import millrace.analytics.Topics;
import millrace.events.Catalogue;

/** Channels that can be followed: all that this job writes, without internal topics and dead letters. */
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

    /** Returns the chosen channels, or all if none is chosen; 400 with the list of channels if one is unknown. */
    Set<String> chosen(List<String> chosen) {
        for (var name : chosen) {
            if (!names.contains(name)) {
                throw Problem.badRequest("channel must be one of %s, not %s".formatted(String.join(", ", names), name));
            }
        }
        return chosen.isEmpty() ? names : Set.copyOf(chosen);
    }
}
