package millrace.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Wraps what the previous master key has wrapped with the current one, some in each transaction. Whatever ends it, the next
 * run finds what is left; services go on meanwhile, as long as they have both keys.
 */
public final class Rotation {
    /** In one transaction: some 20 ms of locks on rows that only an erasure would wait for. */
    static final int BATCH = 500;

    private static final String SELECT = """
            SELECT id, subject, wrapped, master_key FROM audit_keys.subjects
            WHERE master_key = ANY (?) AND wrapped IS NOT NULL ORDER BY id LIMIT ? FOR UPDATE""";

    private static final String UPDATE = """
            UPDATE audit_keys.subjects s SET wrapped = n.wrapped, master_key = ?
            FROM unnest(?, ?) n(id, wrapped) WHERE s.id = n.id""";

    private final MasterKey master;

    public Rotation(MasterKey master) {
        this.master = master;
    }

    /** Wraps the next ones, in the connection's transaction; 0 where all are. */
    public int next(Connection connection) throws SQLException {
        var ids = new ArrayList<Long>();
        var wrapped = new ArrayList<byte[]>();
        try (var statement = connection.prepareStatement(SELECT)) {
            statement.setArray(1, connection.createArrayOf("text", old().toArray()));
            statement.setInt(2, BATCH);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getLong("id"));
                    wrapped.add(rewrap(SubjectRow.of(rows)));
                }
            }
        }
        update(connection, ids, wrapped);
        return ids.size();
    }

    private byte[] rewrap(SubjectRow row) {
        return master.wrap(master.unwrap(row.wrapped(), row.masterKey(), row.subject()), row.subject());
    }

    private void update(Connection connection, List<Long> ids, List<byte[]> wrapped) throws SQLException {
        try (var statement = connection.prepareStatement(UPDATE)) {
            statement.setString(1, master.id());
            statement.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
            statement.setArray(3, connection.createArrayOf("bytea", wrapped.toArray(byte[][]::new)));
            statement.executeUpdate();
        }
    }

    private List<String> old() {
        return master.ids().stream().filter(id -> !id.equals(master.id())).toList();
    }
}
