package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * What is known of the generations of a consumer. Channel {@code generations}, compacted: the consumer is the key of what is
 * live, and consumer, slash and id that of a receipt, so that all receipts stay.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({@JsonSubTypes.Type(Generation.LiveGeneration.class), @JsonSubTypes.Type(Generation.ReplayReceipt.class)})
public sealed interface Generation {
    /** {@code "orders"} or {@code "analytics"}: the name of its process. */
    String consumer();

    /** What it is kept under on the channel. */
    String key();

    /**
     * Which generation readers see. Where there is no record, generation 1 is live.
     *
     * @param handingOverTo the generation that is about to be live; {@code null} unless a switch is under way
     * @param receipt id of the receipt of the switch; {@code null} where there is none
     */
    record LiveGeneration(String consumer, int live, Integer handingOverTo, Instant at, String by, String receipt)
            implements Generation {
        @Override
        public String key() {
            return consumer;
        }
    }

    /**
     * What was done with a generation.
     *
     * @param id grows with time
     * @param action {@code "run"}, {@code "switch"}, {@code "rollback"} or {@code "drop"}
     * @param end {@code null} while it goes on, or where it was killed
     * @param partial whether it began later than its channels do
     * @param records how many were read in these ranges
     * @param digest of what it came to; {@code null} where none was taken
     * @param liveDigest of the other generation at that moment; {@code null} where none was taken
     * @param outcome a sentence
     */
    record ReplayReceipt(
            String id,
            String consumer,
            String action,
            int generation,
            String by,
            Instant begin,
            Instant end,
            boolean partial,
            List<Range> ranges,
            long records,
            String digest,
            String liveDigest,
            String outcome)
            implements Generation {
        @Override
        public String key() {
            return consumer + "/" + id;
        }
    }

    /** Offsets of a partition from the first that was read to before the first that was not. */
    record Range(String channel, int partition, long from, long to) {}
}
