package millrace.events;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Number of records of a channel and minute that a writer has written, or a reader has read; or, without a channel, a
 * report that the numbers of {@code by} are complete. Channel {@code ledger}, keyed by {@link #key()}. Numbers are
 * totals and no increments: the last record of a key counts, so that a repeat does no harm.
 *
 * @param by name of the process in the Procfile, which is the name of its consumer group as well, with the suffix of its
 *     generation; where totals end with the process, a slash and the process's own id follow: {@code "web/4711"}.
 *     Totals of a name without an id outlive its processes
 * @param channel {@code null} in a report
 * @param partition {@code null} where the totals of all partitions are one
 * @param minute of the timestamps of the records; {@code null} in a report
 * @param counts numbers by disposition, such as {@link #APPLIED}; each record has one disposition
 * @param nextOffset of a reader: first offset of the partition that was not read yet
 * @param upTo of a report: the totals contain all records that were handled before
 * @param ended of a report: true if {@code by} handles nothing more
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Counted(
        String by,
        Role role,
        String channel,
        Integer partition,
        Instant minute,
        Map<String, Long> counts,
        Long nextOffset,
        Instant upTo,
        Boolean ended) {
    /** Written, and on every in-sync replica. */
    public static final String ACKNOWLEDGED = "acknowledged";
    /** Written without an answer: on the channel or not. */
    public static final String UNSURE = "unsure";
    /** Read, with an effect. */
    public static final String APPLIED = "applied";
    /** Read, and refused by a rule. */
    public static final String REFUSED = "refused";
    /** Read again, without an effect. */
    public static final String REPEATED = "repeated";
    /** Read too far behind the watermark, without an effect. */
    public static final String LATE = "late";
    /** Never applicable, and kept as a dead letter. */
    public static final String DEAD_LETTERED = "dead-lettered";
    /** Kept behind a dead letter of its key. */
    public static final String PARKED = "parked";
    /** Kept in the archive. */
    public static final String ARCHIVED = "archived";

    /** What {@code by} does with the records. */
    public enum Role {
        @JsonProperty("wrote")
        WROTE,
        @JsonProperty("read")
        READ
    }

    public Counted {
        counts = counts == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(counts));
    }

    /** Creates a total of a writer. */
    public static Counted wrote(
            String by, String channel, Integer partition, Instant minute, Map<String, Long> counts) {
        return new Counted(by, Role.WROTE, channel, partition, minute, counts, null, null, null);
    }

    /** Creates a total of a reader. */
    public static Counted read(
            String by, String channel, int partition, Instant minute, Map<String, Long> counts, long nextOffset) {
        return new Counted(by, Role.READ, channel, partition, minute, counts, nextOffset, null, null);
    }

    /** Creates a report, which is published after the totals that it is about. */
    public static Counted report(String by, Role role, Instant upTo, boolean ended) {
        return new Counted(by, role, null, null, null, null, null, upTo, ended);
    }

    /** Key of the record on the channel. */
    public String key() {
        var start = by + "|" + role.name().toLowerCase(Locale.ROOT);
        return isReport()
                ? start
                : String.join("|", start, channel, partition == null ? "" : partition.toString(), minute.toString());
    }

    @JsonIgnore
    public boolean isReport() {
        return channel == null;
    }
}
