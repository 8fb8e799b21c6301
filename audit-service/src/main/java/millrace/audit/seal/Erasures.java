package millrace.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import millrace.audit.table.JdbcStatements;

/** Destroys data keys: what was sealed with one stays in the archive, and nobody can read it any more. */
public record Erasures(MasterKey master) {
    /** The person's own first, then those of several whom it is one of. */
    private static final String SELECT = """
            SELECT id, wrapped IS NULL AS erased FROM audit_keys.subjects WHERE id IN (
                SELECT id FROM audit_keys.subjects WHERE subject = ?
                UNION ALL SELECT subject FROM audit_keys.names WHERE name = ?
                UNION ALL SELECT id FROM audit_keys.subjects WHERE fingerprint = ANY (?))
            ORDER BY subject IS DISTINCT FROM ?, id DESC""";

    private static final String ERASE = """
            UPDATE audit_keys.subjects
            SET subject = NULL, wrapped = NULL, master_key = NULL, erased_at = now(), fingerprint = ?
            WHERE id = ? AND wrapped IS NOT NULL""";
    /** Of two transactions at a time the one that began first may be the last. */
    private static final String COUNT =
            "UPDATE audit_keys.erasures SET erasures = erasures + 1, last_at = greatest(last_at, now())";

    /** @param erased whether its key is destroyed already */
    public record Subject(long id, boolean erased) {}

    /**
     * What is sealed with a key of the person's own, or with one of several whom the person is one of: those that live, else
     * those that are erased. One whose name is erased is known by a keyed hash of it, until the master key is gone that was
     * there at the erasure.
     */
    public List<Subject> find(Connection connection, String name) throws SQLException {
        var subject = SubjectName.of(name);
        var prints = master.fingerprints(subject).toArray(byte[][]::new);
        var all = JdbcStatements.query(
                connection,
                SELECT,
                row -> new Subject(row.getLong("id"), row.getBoolean("erased")),
                subject,
                subject,
                prints,
                subject);
        var living = all.stream().filter(one -> !one.erased()).toList();
        return living.isEmpty() ? all : living;
    }

    /** The keyed hash of a name that stays after its erasure, in hexadecimal digits. */
    public String fingerprint(String name) {
        return HexFormat.of().formatHex(bytes(name));
    }

    /** Destroys the key and the names; every process forgets the key with its next transaction. */
    public void erase(Connection connection, Subject subject, String name) throws SQLException {
        if (JdbcStatements.execute(connection, ERASE, bytes(name), subject.id()) == 1) {
            JdbcStatements.execute(connection, "DELETE FROM audit_keys.names WHERE subject = ?", subject.id());
            JdbcStatements.execute(connection, COUNT);
        }
    }

    private byte[] bytes(String name) {
        return master.fingerprints(SubjectName.of(name)).getFirst();
    }
}
