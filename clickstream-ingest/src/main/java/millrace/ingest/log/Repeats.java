package millrace.ingest.log;

/**
 * Tells events that came before from new ones: those of earlier requests as far as {@link Recent} remembers, and those of the
 * same request. Its size is fixed by the number of the request's events.
 */
public final class Repeats {
    private final Recent recent;
    private final long[] identities;
    private final long[] digests;

    /** How an event stands to those before it. */
    public enum Known {
        NEW,
        /** The same event came before. */
        REPEAT,
        /** Another event came before under its id. */
        CONFLICT
    }

    Repeats(Recent recent, int events) {
        this.recent = recent;
        var slots = events < 2 ? 0 : Integer.highestOneBit(events + events / 2) << 1;
        this.identities = new long[slots];
        this.digests = new long[slots];
    }

    /** Knows of nothing but the events of one request. */
    public static Repeats amongThemselves(int events) {
        return new Repeats(new Recent(1), events);
    }

    /** Judges the next event of the request, and remembers a new one for those behind it. */
    public Known next(Entry entry) {
        var before = recent.knows(entry.identity(), entry.digest());
        return before == Known.NEW && identities.length > 0 ? among(entry.identity(), entry.digest()) : before;
    }

    private Known among(long identity, long digest) {
        var slot = (int) identity & identities.length - 1;
        while (identities[slot] != Recent.NONE) {
            if (identities[slot] == identity) {
                return digests[slot] == digest ? Known.REPEAT : Known.CONFLICT;
            }
            slot = slot + 1 & identities.length - 1;
        }
        identities[slot] = identity;
        digests[slot] = digest;
        return Known.NEW;
    }
}
