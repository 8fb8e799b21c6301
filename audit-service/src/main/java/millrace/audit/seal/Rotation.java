package millrace.audit.seal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import millrace.audit.table.JdbcStatements;

/**
 * Wraps what the previous master key has wrapped with the current one, some in each transaction. Whatever ends it, the next
 * run finds what is left; services go on meanwhile, as long as they have both keys.
 */
public record Rotation(MasterKey master) {
    /** In one transaction: some 20 ms of locks on rows that only an erasure would wait for. */
    static final int BATCH = 500;

    private static final String SELECT = """
            SELECT id, subject, wrapped, master_key FROM audit_keys.subjects
            WHERE master_key = ANY (?) AND wrapped IS NOT NULL ORDER BY id LIMIT ? FOR UPDATE""";
    private static final String UPDATE = """
            UPDATE audit_keys.subjects s SET wrapped = n.wrapped, master_key = ?
            FROM unnest(?, ?) n(id, wrapped) WHERE s.id = n.id""";

    /** Wraps the next ones, in the connection's transaction; 0 where all are. */
    public int next(Connection connection) throws SQLException {
        var old = master.ids().stream().filter(id -> !id.equals(master.id())).toArray(String[]::new);
        var ids = new ArrayList<Long>();
        var wrapped = JdbcStatements.query(
                connection,
                SELECT,
                row -> {
                    ids.add(row.getLong("id"));
                    return rewrap(row);
                },
                old,
                BATCH);
        JdbcStatements.execute(
                connection, UPDATE, master.id(), ids.toArray(Long[]::new), wrapped.toArray(byte[][]::new));
        return ids.size();
    }

    private byte[] rewrap(ResultSet row) throws SQLException {
        var subject = row.getString("subject");
        return master.wrap(master.unwrap(row.getBytes("wrapped"), row.getString("master_key"), subject), subject);
    }
}
