package millrace.audit.evidence;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.table.JdbcStatements;

/**
 * Compares the keys of persons with the erasures on record: no key is destroyed without its {@code SubjectErased}, and none
 * that was destroyed is back, as after a restored backup. Looks for keys that were changed as well. Names ten of each.
 */
record ErasureCheck(VerificationSources sources) {
    private static final String IS_ERASURE = "convert_to('audit-events.SubjectErased', 'UTF8') = ANY (r.header_values)";

    /** The event has the fingerprint, by which an erased name is told again. It may take a minute into the archive. */
    private static final String WITHOUT_EVENT = """
            SELECT id FROM audit_keys.subjects s
            WHERE wrapped IS NULL
              AND NOT (erased_at BETWEEN now() - interval '1 minute' AND now())
              AND (?::text IS NULL OR erased_at > date_trunc('month', now()) - ?::interval)
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

    List<ChainFinding> findings() throws SQLException {
        var kept = sources.identity().retention().map(Object::toString).orElse(null);
        var findings = new ArrayList<ChainFinding>();
        for (var id : ids(WITHOUT_EVENT, kept, kept)) {
            findings.add(finding(
                    Kind.ERASED_WITHOUT_EVENT,
                    "the key of subject %d is destroyed, and audit-events has no SubjectErased of it with its fingerprint",
                    id));
        }
        for (var id : ids(UNDONE)) {
            findings.add(
                    finding(Kind.ERASURE_UNDONE, "subject %d was erased, and its key is there: erase it again", id));
        }
        for (var id : sources.get(sources.encryption()::changedKeys)) {
            findings.add(finding(Kind.KEY_CHANGED, "the key of subject %d was changed", id));
        }
        return findings;
    }

    private List<Long> ids(String select, Object... values) throws SQLException {
        return sources.get(connection -> JdbcStatements.query(connection, select, row -> row.getLong(1), values));
    }

    private static ChainFinding finding(Kind kind, String sentence, long subject) {
        return ChainFinding.ofLog(kind, sentence.formatted(subject));
    }
}
