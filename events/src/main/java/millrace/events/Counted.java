package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/**
 * How many records were written or read, so that an auditor can compare. Channel {@code ledger}, keyed by {@link #key()}.
 * Numbers are totals and no increments: the last record of a key counts, and a repeat does no harm.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(Counted.EdgeCounted.class),
    @JsonSubTypes.Type(Counted.EdgeReported.class),
    @JsonSubTypes.Type(Counted.AnalyticsCounted.class)
})
public sealed interface Counted {
    /** Who counted what. */
    String key();

    /**
     * What a process of the edge has written.
     *
     * @param instance another one after each start
     * @param minute of the timestamps of the records
     * @param acknowledged records that every in-sync replica has
     * @param unsure records without an answer, which are on the channel or not
     */
    record EdgeCounted(String instance, String channel, Instant minute, long acknowledged, long unsure)
            implements Counted {
        @Override
        public String key() {
            return String.join("|", "edge", instance, channel, minute.toString());
        }
    }

    /**
     * A process of the edge is there: all that it knew at that time is in its counts.
     *
     * @param ended it will write nothing any more
     */
    record EdgeReported(String instance, Instant at, boolean ended) implements Counted {
        @Override
        public String key() {
            return "edge|" + instance;
        }
    }

    /**
     * What analytics made of the records of one partition: each is in one of the three numbers or was unreadable.
     *
     * @param job which analytics; another one reads all records again
     * @param minute of the timestamps of the records
     * @param nextOffset how far the partition was read by then
     */
    record AnalyticsCounted(
            String job,
            String channel,
            int partition,
            Instant minute,
            long counted,
            long late,
            long repeated,
            long nextOffset)
            implements Counted {
        @Override
        public String key() {
            return String.join("|", "analytics", job, channel, Integer.toString(partition), minute.toString());
        }
    }
}
