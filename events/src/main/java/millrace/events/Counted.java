package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/**
 * Number of records that were written or read, for the auditor's ledger. Channel {@code ledger}, keyed by
 * {@link #key()}. Numbers are totals and no increments: the last record of a key counts, so that a repeat does no harm.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(Counted.EdgeCounted.class),
    @JsonSubTypes.Type(Counted.EdgeReported.class),
    @JsonSubTypes.Type(Counted.AnalyticsCounted.class)
})
public sealed interface Counted {
    /** Identifies the process or job, and the records that it has counted. */
    String key();

    /**
     * Records that a process of the edge has written.
     *
     * @param instance id of the process, different after each start
     * @param minute of the timestamps of the records
     * @param acknowledged number of records that every in-sync replica has
     * @param unsure number of records without an answer, which may be on the channel or not
     */
    record EdgeCounted(String instance, String channel, Instant minute, long acknowledged, long unsure)
            implements Counted {
        @Override
        public String key() {
            return String.join("|", "edge", instance, channel, minute.toString());
        }
    }

    /**
     * A process of the edge is alive: its counts contain all that it had written at that time.
     *
     * @param ended true if it will write nothing more
     */
    record EdgeReported(String instance, Instant at, boolean ended) implements Counted {
        @Override
        public String key() {
            return "edge|" + instance;
        }
    }

    /**
     * Records of one partition that analytics has read: each is in one of the three numbers or was unreadable.
     *
     * @param job id of the analytics job; another job reads all records again
     * @param minute of the timestamps of the records
     * @param nextOffset first offset of the partition that was not read yet
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
