package millrace.audit.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import millrace.events.Channels;
import millrace.events.Generation.LiveGeneration;

/**
 * Whose counts are compared: those of the generation of analytics that readers see.
 *
 * @param suffix of its job and its dead letters; empty for the first
 */
record LiveAnalytics(String suffix) {
    private static final String CONSUMER = "analytics";

    static LiveAnalytics read(Reading reading, Question question) {
        var channel = Channels.GENERATIONS;
        var live = new HashMap<String, Integer>();
        reading.read(List.of(channel.name()), Instant.EPOCH, question.askedAt(), record -> {
            if (channel.value().deserializer().deserialize(channel.name(), record.value())
                            instanceof LiveGeneration generation
                    && generation.consumer().equals(CONSUMER)) {
                live.put(CONSUMER, generation.live());
            }
        });
        int generation = live.getOrDefault(CONSUMER, 1);
        return new LiveAnalytics(generation == 1 ? "" : "-g" + generation);
    }

    String job() {
        return CONSUMER + suffix;
    }

    String deadLetters() {
        return Channels.ANALYTICS_DLQ.name() + suffix;
    }
}
