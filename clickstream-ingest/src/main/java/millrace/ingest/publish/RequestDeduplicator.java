package millrace.ingest.publish;

/**
 * Classifies the events of one request as new, duplicate or conflicting: by the recent requests that {@link
 * DuplicateFilter} remembers, and by the earlier events of the same request. Its size is fixed by the number of the
 * request's events.
 */
public final class RequestDeduplicator {
    private final DuplicateFilter duplicateFilter;
    private final long[] identities;
    private final long[] digests;

    /** Relation of an event to the earlier events. */
    public enum Novelty {
        NEW,
        /** An equal event came before. */
        DUPLICATE,
        /** A different event came before under the same id. */
        CONFLICT
    }

    RequestDeduplicator(DuplicateFilter duplicateFilter, int events) {
        this.duplicateFilter = duplicateFilter;
        var slots = events < 2 ? 0 : Integer.highestOneBit(events + events / 2) << 1;
        this.identities = new long[slots];
        this.digests = new long[slots];
    }

    /** Returns a deduplicator that compares only the events of one request. */
    public static RequestDeduplicator withinRequest(int events) {
        return new RequestDeduplicator(new DuplicateFilter(1), events);
    }

    /** Classifies the next event of the request, and remembers a new one. */
    public Novelty classify(PendingRecord record) {
        var before = duplicateFilter.lookUp(record.identity(), record.digest());
        return before == Novelty.NEW && identities.length > 0
                ? classifyWithinRequest(record.identity(), record.digest())
                : before;
    }

    private Novelty classifyWithinRequest(long identity, long digest) {
        var slot = (int) identity & identities.length - 1;
        while (identities[slot] != DuplicateFilter.NONE) {
            if (identities[slot] == identity) {
                return digests[slot] == digest ? Novelty.DUPLICATE : Novelty.CONFLICT;
            }
            slot = slot + 1 & identities.length - 1;
        }
        identities[slot] = identity;
        digests[slot] = digest;
        return Novelty.NEW;
    }
}
