package millrace.audit.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.events.Channels;
import millrace.events.Generation;
import millrace.events.Generation.LiveGeneration;
import millrace.events.GenerationNames;

/** The live generation of each consumer, whose counts are compared; generation 1 where the channel names none. */
record LiveGenerations(Map<String, Integer> live) {
    static LiveGenerations read(ChannelScan scan, LedgerQuery query) {
        var live = new HashMap<String, Integer>();
        scan.read(List.of(Channels.GENERATIONS.name()), Instant.EPOCH, query.askedAt(), record -> {
            if (Generation.read(record.value()).orElse(null) instanceof LiveGeneration generation) {
                live.put(generation.consumer(), generation.live());
            }
        });
        return new LiveGenerations(live);
    }

    /** Suffix of the names of the consumer's live generation; empty for generation 1. */
    String suffix(String consumer) {
        return new GenerationNames(live.getOrDefault(consumer, 1)).suffix();
    }
}
