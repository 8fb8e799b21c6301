package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;

/**
 * State of the generations of a consumer. Channel {@code generations}, compacted: the live generation is keyed by the
 * consumer's name, and a receipt by name, slash and id, so that all receipts stay.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({@JsonSubTypes.Type(Generation.LiveGeneration.class), @JsonSubTypes.Type(Generation.ReplayReceipt.class)})
public sealed interface Generation {
    /** Reads a record; empty for a deletion, and for what is no such record: one bad record must not hide all others. */
    static Optional<Generation> read(byte[] value) {
        try {
            return Optional.ofNullable(
                    Channels.GENERATIONS.value().deserializer().deserialize(Channels.GENERATIONS.name(), value));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    /** Name of the consumer's process, for example {@code "orders"}. */
    String consumer();

    /** The record's key on the channel. */
    String key();

    /**
     * The generation that readers see. Generation 1 is live where there is no record.
     *
     * @param successor the generation that is about to be live; {@code null} unless a switch is under way
     * @param fencing true from the moment at which a switch begins to fence the live generation off: from then on it
     *     only goes forward. Before that, the consumer's processes take back a switch that is not renewed
     * @param receipt id of the receipt of the switch; {@code null} where there is none
     */
    record LiveGeneration(
            String consumer, int live, Integer successor, boolean fencing, Instant at, String by, String receipt)
            implements Generation {
        @Override
        public String key() {
            return consumer;
        }
    }

    /**
     * An operation on a generation.
     *
     * @param id grows with time
     * @param action {@code "run"}, {@code "switch"}, {@code "rollback"} or {@code "drop"}
     * @param end {@code null} while it goes on, or where it was killed
     * @param partial true if it began later than its channels do
     * @param records number of records that were read in these ranges
     * @param digest of the generation's result; {@code null} where none was computed
     * @param liveDigest of the other generation's result at that moment; {@code null} where none was computed
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

    /** Offsets of a partition from {@code from} (inclusive) to {@code to} (exclusive). */
    record Range(String channel, int partition, long from, long to) {}
}
