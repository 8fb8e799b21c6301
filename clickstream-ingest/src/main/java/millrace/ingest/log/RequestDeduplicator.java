package millrace.ingest.log;

/**
 * Tells events that came before from new ones: those of earlier requests as far as {@link DuplicateFilter} remembers, and those of the
 * same request. Its size is fixed by the number of the request's events.
 */
public final class RequestDeduplicator {
    private final DuplicateFilter recent;
    private final long[] identities;
    private final long[] digests;

    /** How an event stands to those before it. */
    public enum Novelty {
        NEW,
        /** The same event came before. */
        REPEAT,
        /** Another event came before under its id. */
        CONFLICT
    }

    RequestDeduplicator(DuplicateFilter recent, int events) {
        this.recent = recent;
        var slots = events < 2 ? 0 : Integer.highestOneBit(events + events / 2) << 1;
        this.identities = new long[slots];
        this.digests = new long[slots];
    }

    /** Knows of nothing but the events of one request. */
    public static RequestDeduplicator amongThemselves(int events) {
        return new RequestDeduplicator(new DuplicateFilter(1), events);
    }

    /** Judges the next event of the request, and remembers a new one for those behind it. */
    public Novelty next(PendingRecord entry) {
        var before = recent.knows(entry.identity(), entry.digest());
        return before == Novelty.NEW && identities.length > 0 ? among(entry.identity(), entry.digest()) : before;
    }

    private Novelty among(long identity, long digest) {
        var slot = (int) identity & identities.length - 1;
        while (identities[slot] != DuplicateFilter.NONE) {
            if (identities[slot] == identity) {
                return digests[slot] == digest ? Novelty.REPEAT : Novelty.CONFLICT;
            }
            slot = slot + 1 & identities.length - 1;
        }
        identities[slot] = identity;
        digests[slot] = digest;
        return Novelty.NEW;
    }
}
