package millrace.lag;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Lag of a consumer group on one partition, from observations of the committed offset and of the end. The time at which
 * a record was appended follows from the ends that were observed before and after, by this process's monotonic clock:
 * the clocks of producers do not count. Only for records from before the first observation a timestamp is used. Times
 * are of {@link System#nanoTime}. Not for several threads.
 */
final class PartitionLag {
    /** Limit of the ends that are remembered of a partition on which nothing is committed; older ones are thinned out. */
    private static final int MAX_ENDS = 64;

    /** End of the partition at a moment: all records from this offset on were appended later. */
    private record End(long nanos, long offset) {}

    private final long staleAfter;
    /** Ends by time: the last one before or at the position, and those after it. */
    private final List<End> ends = new ArrayList<>();

    private long observedAt;
    private long committed = -1;
    /** Whether the group was behind at the same offset at the observation before. */
    private boolean stuck;
    /** Committed offset of the last look-up, and its result. */
    private long lookedUp = -1;

    private long firstUnread;
    private boolean found;

    /**
     * @param nanos now
     * @param staleAfter after this time without an observation the lag is unknown, and its seconds grow
     */
    PartitionLag(long nanos, Duration staleAfter) {
        this.observedAt = nanos;
        this.staleAfter = staleAfter.toNanos();
    }

    /** @param nanos a moment before the end was asked for */
    void observe(long nanos, long committedOffset, long end) {
        stuck = committedOffset == committed && records() > 0;
        committed = committedOffset;
        observedAt = nanos;
        add(new End(nanos, end));
        forgetRead();
    }

    /**
     * Returns whether the first record from {@link #position} on should be looked up: the time of its append is unknown,
     * or the group stands still, possibly because no record is left before the end.
     */
    boolean isLookUpDue() {
        var known = found && lookedUp == committed;
        return records() > 0 && !known && (stuck || ends.getFirst().offset() > position());
    }

    /**
     * Takes the result of a look-up. Offsets without a record, such as markers of transactions, are no lag.
     *
     * @param from position of the look-up; the result is ignored if the group has moved since
     * @param offset of the record, or the end of the partition if there is none
     * @param nanos time of its append by its timestamp, which is used only if no observation is as old; empty if there
     *     is no record
     */
    void foundFirstUnread(long from, long offset, OptionalLong nanos) {
        if (ends.isEmpty() || from != position()) {
            return;
        }
        lookedUp = committed;
        firstUnread = offset;
        found = nanos.isPresent();
        var oldest = ends.getFirst();
        if (found && offset < oldest.offset()) {
            ends.addFirst(new End(Math.min(nanos.getAsLong(), oldest.nanos()), offset));
        }
        forgetRead();
    }

    /** Offset of the first record that may be unread. */
    long position() {
        return lookedUp == committed ? Math.max(committed, firstUnread) : committed;
    }

    /** Number of offsets between the first unread record and the end of the last observation. */
    long records() {
        return ends.isEmpty() ? 0 : Math.max(0, ends.getLast().offset() - position());
    }

    /**
     * Age of the first unread record, and 0 if there is none. Without a recent observation an unread record may exist
     * that is as old as the last one.
     */
    double seconds(long nanos) {
        var age = records() > 0 ? nanos - appendedAt(position()) : idleTime(nanos);
        return Math.max(0, age) / 1e9;
    }

    boolean isObserved() {
        return !ends.isEmpty();
    }

    /** Returns false while the first unread record is from before the first observation and was not looked up. */
    boolean isAgeKnown() {
        return isObserved() && (records() == 0 || ends.getFirst().offset() <= position());
    }

    int rememberedEnds() {
        return ends.size();
    }

    private long idleTime(long nanos) {
        var unobserved = nanos - observedAt;
        return unobserved > staleAfter ? unobserved : 0;
    }

    /** Interpolates between the last end before the record and the first one after it. */
    private long appendedAt(long offset) {
        var before = ends.getFirst();
        if (before.offset() >= offset || ends.size() == 1) {
            return before.nanos();
        }
        var after = ends.get(1);
        var share = (double) (offset - before.offset()) / (after.offset() - before.offset());
        return before.nanos() + (long) (share * (after.nanos() - before.nanos()));
    }

    private void add(End end) {
        if (!ends.isEmpty() && ends.getLast().offset() > end.offset()) {
            ends.clear(); // The topic was created again.
            lookedUp = -1;
        }
        var size = ends.size();
        if (size > 1
                && ends.getLast().offset() == end.offset()
                && ends.get(size - 2).offset() == end.offset()) {
            ends.removeLast();
        }
        ends.add(end);
        if (ends.size() > MAX_ENDS) {
            thinOut();
        }
    }

    private void forgetRead() {
        while (ends.size() > 1 && ends.get(1).offset() <= position()) {
            ends.removeFirst();
        }
    }

    /** Removes every second end but the first and the last. */
    private void thinOut() {
        for (var i = ends.size() - 2 - ends.size() % 2; i > 0; i -= 2) {
            ends.remove(i);
        }
    }
}
