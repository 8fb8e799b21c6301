package millrace.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Destroys data keys: what was sealed with one stays in the archive, and nobody can read it any more. */
public final class Erasures {
    /** The one that lives, else the one that was erased last. */
    private static final String SELECT = """
            SELECT id, wrapped IS NULL AS erased FROM audit_keys.subjects
            WHERE subject = ? OR fingerprint = ANY (?) ORDER BY subject IS NULL, id DESC LIMIT 1""";

    private static final String ERASE = """
            UPDATE audit_keys.subjects
            SET subject = NULL, wrapped = NULL, master_key = NULL, erased_at = now(), fingerprint = ?
            WHERE id = ? AND wrapped IS NOT NULL""";

    private final MasterKey master;

    public Erasures(MasterKey master) {
        this.master = master;
    }

    /** @param erased whether its key is destroyed already */
    public record Subject(long id, boolean erased) {}

    /**
     * A subject by its name. One whose name is erased is known by a keyed hash of it, until the master key is gone that
     * was there at the erasure.
     */
    public Optional<Subject> find(Connection connection, String name) throws SQLException {
        var subject = SubjectName.of(name);
        try (var select = connection.prepareStatement(SELECT)) {
            select.setString(1, subject);
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "bytea", master.fingerprints(subject).toArray(byte[][]::new)));
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Subject(row.getLong("id"), row.getBoolean("erased")))
                        : Optional.empty();
            }
        }
    }

    /** Destroys the key and the name; every process forgets the key with its next transaction. */
    public void erase(Connection connection, Subject subject, String name) throws SQLException {
        try (var erase = connection.prepareStatement(ERASE);
                var count = connection.prepareStatement("UPDATE audit_keys.erasures SET erasures = erasures + 1")) {
            erase.setBytes(1, master.fingerprints(SubjectName.of(name)).getFirst());
            erase.setLong(2, subject.id());
            if (erase.executeUpdate() == 1) {
                count.executeUpdate();
            }
        }
    }
}
