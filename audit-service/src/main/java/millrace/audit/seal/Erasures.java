package millrace.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Destroys data keys: what was sealed with one stays in the archive, and nobody can read it any more. */
public final class Erasures {
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

    private final MasterKey master;

    public Erasures(MasterKey master) {
        this.master = master;
    }

    /** @param erased whether its key is destroyed already */
    public record Subject(long id, boolean erased) {}

    /**
     * What is sealed with a key of the person's own, or with one of several whom the person is one of: those that live, else
     * those that are erased. One whose name is erased is known by a keyed hash of it, until the master key is gone that was
     * there at the erasure.
     */
    public List<Subject> find(Connection connection, String name) throws SQLException {
        var subject = SubjectName.of(name);
        var all = new ArrayList<Subject>();
        try (var select = connection.prepareStatement(SELECT)) {
            select.setString(1, subject);
            select.setString(2, subject);
            select.setArray(
                    3,
                    connection.createArrayOf(
                            "bytea", master.fingerprints(subject).toArray(byte[][]::new)));
            select.setString(4, subject);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    all.add(new Subject(row.getLong("id"), row.getBoolean("erased")));
                }
            }
        }
        var living = all.stream().filter(one -> !one.erased()).toList();
        return living.isEmpty() ? all : living;
    }

    /** The keyed hash of a name that stays after its erasure, in hexadecimal digits. */
    public String fingerprint(String name) {
        return HexFormat.of().formatHex(bytes(name));
    }

    /** Destroys the key and the names; every process forgets the key with its next transaction. */
    public void erase(Connection connection, Subject subject, String name) throws SQLException {
        try (var erase = connection.prepareStatement(ERASE);
                var forget = connection.prepareStatement("DELETE FROM audit_keys.names WHERE subject = ?");
                var count = connection.prepareStatement(
                        "UPDATE audit_keys.erasures SET erasures = erasures + 1, last_at = now()")) {
            erase.setBytes(1, bytes(name));
            erase.setLong(2, subject.id());
            forget.setLong(1, subject.id());
            if (erase.executeUpdate() == 1) {
                forget.executeUpdate();
                count.executeUpdate();
            }
        }
    }

    private byte[] bytes(String name) {
        return master.fingerprints(SubjectName.of(name)).getFirst();
    }
}
