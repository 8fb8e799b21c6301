package millrace.audit.evidence;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.table.JdbcStatements;

/**
 * Compares the keys of persons with the erasures on record: no key is destroyed without its {@code SubjectErased}, and none
 * that was destroyed is back, as after a restored backup. Looks for keys that were changed or are gone as well. Names ten of
 * each.
 *
 * @param archivedWithin time that the event of an erasure may take into the archive
 */
record ErasureCheck(VerificationSources sources, Duration archivedWithin) {
    private static final Duration POLL = Duration.ofMillis(500);

    private static final String IS_ERASURE = "convert_to('audit-events.SubjectErased', 'UTF8') = ANY (r.header_values)";

    /** The event has the fingerprint, by which an erased name is told again. */
    private static final String WITHOUT_EVENT = """
            SELECT id, erased_at BETWEEN now() - interval '1 minute' AND now() FROM audit_keys.subjects s
            WHERE wrapped IS NULL
              AND (?::text IS NULL OR erased_at IS NULL OR erased_at > date_trunc('month', now()) - ?::interval)
              AND (?::bigint[] IS NULL OR id = ANY (?))
              AND NOT EXISTS (
                SELECT FROM records r WHERE r.channel = 'audit-events'
                  AND r.key = convert_to('subjects/' || s.id, 'UTF8') AND %s
                  AND position(convert_to('"' || encode(s.fingerprint, 'hex') || '"', 'UTF8') IN r.value) > 0)
            ORDER BY id LIMIT 10""".formatted(IS_ERASURE);

    /** The key is destroyed some milliseconds after the event. */
    private static final String UNDONE = """
            SELECT DISTINCT s.id FROM records r JOIN audit_keys.subjects s
              ON s.id = substring(encode(r.key, 'escape') FROM '^subjects/([0-9]{1,18})$')::bigint
            WHERE r.channel = 'audit-events' AND s.wrapped IS NOT NULL AND %s
              AND r.timestamp_ms < (extract(epoch FROM now()) - 10) * 1000
            ORDER BY 1 LIMIT 10""".formatted(IS_ERASURE);

    /** Rows of keys stay after an erasure, so that numbers are missing only where a transaction was rolled back. */
    private static final String GONE = """
            SELECT gone.subject FROM (
                SELECT id, lead(id, 1, %1$d) OVER (ORDER BY id) AS next
                FROM (SELECT id FROM audit_keys.subjects UNION ALL SELECT %2$d) numbers) gap
            CROSS JOIN LATERAL (
                SELECT subject FROM records WHERE subject > gap.id AND subject < gap.next ORDER BY subject LIMIT 1) gone
            WHERE gap.id <> gap.next - 1
            ORDER BY 1 LIMIT 10""".formatted(Long.MAX_VALUE, Long.MIN_VALUE);

    /** A record from before the last erasure gets a key that is thrown away, if it is of an erased person. */
    private static final String AFTER_THE_LAST = """
            SELECT s.id FROM audit_keys.subjects s
            WHERE s.erased_at > (SELECT coalesce(max(last_at), '-infinity') FROM audit_keys.erasures)
            ORDER BY s.id LIMIT 10""";

    List<ChainFinding> findings() throws SQLException {
        var findings = new ArrayList<ChainFinding>();
        for (var id : withoutEvent()) {
            findings.add(finding(
                    Kind.ERASED_WITHOUT_EVENT,
                    "the key of subject %d is destroyed, and audit-events has no SubjectErased of it with its fingerprint",
                    id));
        }
        for (var id : ids(UNDONE)) {
            findings.add(
                    finding(Kind.ERASURE_UNDONE, "subject %d was erased, and its key is there: erase it again", id));
        }
        for (var id : ids(AFTER_THE_LAST)) {
            findings.add(finding(
                    Kind.ERASURE_UNDONE,
                    "subject %d was erased after the time that audit_keys.erasures has of the last erasure",
                    id));
        }
        for (var id : ids(GONE)) {
            findings.add(
                    finding(Kind.ERASED_WITHOUT_EVENT, "the key of subject %d is not there, and its records are", id));
        }
        for (var id : sources.get(sources.encryption()::changedKeys)) {
            findings.add(finding(Kind.KEY_CHANGED, "the key of subject %d was changed", id));
        }
        return findings;
    }

    /** Waits for the events of erasures that were made a moment ago; that a row says so forever does not help it. */
    private List<Long> withoutEvent() throws SQLException {
        var deadline = System.nanoTime() + archivedWithin.toNanos();
        var found = withoutEvent(null);
        while (found.stream().anyMatch(Destroyed::recent)
                && System.nanoTime() - deadline < 0
                && !sources.query().isOver()) {
            LockSupport.parkNanos(POLL.toNanos());
            found = withoutEvent(found.stream().map(Destroyed::id).toArray(Long[]::new));
        }
        var isOver = sources.query().isOver();
        return found.stream()
                .filter(destroyed -> !isOver || !destroyed.recent())
                .map(Destroyed::id)
                .toList();
    }

    /** @param recent true if the row says that it was a minute ago at most */
    private record Destroyed(long id, boolean recent) {}

    /** @param among numbers of subjects; {@code null} for all */
    private List<Destroyed> withoutEvent(Long[] among) throws SQLException {
        var kept = sources.identity().retention().map(Object::toString).orElse(null);
        return sources.get(connection -> JdbcStatements.query(
                connection,
                WITHOUT_EVENT,
                row -> new Destroyed(row.getLong(1), row.getBoolean(2)),
                kept,
                kept,
                among,
                among));
    }

    private List<Long> ids(String select, Object... values) throws SQLException {
        return sources.get(connection -> JdbcStatements.query(connection, select, row -> row.getLong(1), values));
    }

    private static ChainFinding finding(Kind kind, String sentence, long subject) {
        return ChainFinding.ofLog(kind, sentence.formatted(subject));
    }
}
