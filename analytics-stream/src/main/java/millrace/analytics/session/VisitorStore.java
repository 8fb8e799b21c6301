package millrace.analytics.session;

import millrace.analytics.engine.StateTable;

/** Where visitors are remembered: what they did of late in one row, which each click reads, the rest in another. */
final class VisitorStore {
    /** Since ever. */
    static final long EVERYTHING = Long.MIN_VALUE;

    private final StateTable<Visitor> recent;
    private final StateTable<Visitor> past;
    private final long gap;

    VisitorStore(StateTable<Visitor> recent, StateTable<Visitor> past, long gap) {
        this.recent = recent;
        this.past = past;
        this.gap = gap;
    }

    /** Returns what is remembered since then, and maybe more. */
    Visitor of(String name, long since) {
        var row = recent.get(name);
        var visitor = row == null ? Visitor.UNKNOWN : row;
        if (visitor.pastUntil() == Visitor.NO_PAST || since > visitor.pastUntil()) {
            return visitor;
        }
        var before = past.get(name);
        return before == null ? visitor : visitor.and(before);
    }

    /** Remembers a visitor, and moves what ended long ago into the other row. */
    void keep(String name, Visitor visitor, long now) {
        if (visitor.orders().isEmpty() && isRecent(visitor)) {
            recent.put(name, visitor, now);
            return;
        }
        var split = visitor.split(visitor.sessions().stream()
                .filter(session -> isRecent(session, visitor))
                .toList());
        split.past().ifPresent(old -> {
            var before = visitor.pastUntil() == Visitor.NO_PAST ? null : past.get(name);
            var all = before == null ? old : old.and(before);
            past.put(name, all.asPast(), now);
        });
        recent.put(name, split.recent(), now);
    }

    private boolean isRecent(Visitor visitor) {
        for (var session : visitor.sessions()) {
            if (!isRecent(session, visitor)) {
                return false;
            }
        }
        return true;
    }

    private boolean isRecent(Session session, Visitor visitor) {
        return session.end() + 2 * gap >= visitor.pace(session.source()).clock();
    }
}
