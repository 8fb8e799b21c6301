package millrace.audit.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import millrace.events.Channels;
import millrace.events.Generation.LiveGeneration;
import millrace.events.GenerationNames;

/**
 * The live generation of analytics, whose counts are compared.
 *
 * @param suffix of its job and its dead-letter channel; empty for generation 1
 */
record LiveAnalytics(String suffix) {
    private static final String CONSUMER = "analytics";

    static LiveAnalytics read(ChannelScan scan, LedgerQuery query) {
        var channel = Channels.GENERATIONS;
        var live = new HashMap<String, Integer>();
        scan.read(List.of(channel.name()), Instant.EPOCH, query.askedAt(), record -> {
            if (channel.value().deserializer().deserialize(channel.name(), record.value())
                            instanceof LiveGeneration generation
                    && generation.consumer().equals(CONSUMER)) {
                live.put(CONSUMER, generation.live());
            }
        });
        return new LiveAnalytics(new GenerationNames(live.getOrDefault(CONSUMER, 1)).suffix());
    }

    String job() {
        return CONSUMER + suffix;
    }

    String deadLetters() {
        return Channels.ANALYTICS_DLQ.name() + suffix;
    }
}
