package millrace.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import millrace.audit.table.JdbcStatements;

/** Whether all data keys can be unwrapped: else what is sealed could not be opened, and nobody would know until then. */
public final class MasterKeyCheck {
    /** From one key to the next through the index, however many subjects there are. */
    private static final String USED = """
            WITH RECURSIVE used(id) AS (
                SELECT min(master_key) FROM audit_keys.subjects WHERE wrapped IS NOT NULL
                UNION ALL
                SELECT (SELECT min(master_key) FROM audit_keys.subjects WHERE wrapped IS NOT NULL AND master_key > used.id)
                FROM used WHERE used.id IS NOT NULL)
            SELECT id FROM used WHERE id IS NOT NULL""";

    private MasterKeyCheck() {}

    /** A sentence where a key is missing that data keys are wrapped with. */
    public static Optional<String> fault(Connection connection, MasterKey master) throws SQLException {
        var missing = JdbcStatements.query(connection, USED, row -> row.getString(1));
        missing.removeAll(master.ids());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("Data keys of the archive are wrapped with the master key %s, and AUDIT_MASTER_KEY is %s;"
                                .formatted(String.join(" and ", missing), master.id())
                        + " expected that key in AUDIT_MASTER_KEY, or in AUDIT_MASTER_KEY_PREVIOUS until"
                        + " bin/audit rotate-keys has replaced it (a key's name is the first 16 hexadecimal"
                        + " digits of its SHA-256)");
    }
}
