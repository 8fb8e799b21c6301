package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** The rows of the records, byte for byte what the broker gave. */
@ApplicationScoped
class Records {
    /** One statement for all rows; unnest() could not do it, it would flatten the arrays of the headers. */
    private static final String COPY = """
            COPY records (channel, partition, record_offset, timestamp_ms, timestamp_type, header_names, header_values,
                key, value) FROM STDIN (FORMAT binary)""";

    private final AuditedChannels channels;

    Records(AuditedChannels channels) {
        this.channels = channels;
    }

    void insert(Connection connection, List<Stretch> stretches) throws SQLException {
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            var rows = new CopyRows(copy);
            for (var stretch : stretches) {
                var channel = channels.channel(stretch.partition());
                for (var record : stretch.records()) {
                    rows.add(channel, record);
                }
            }
            rows.end();
        } catch (SQLException e) {
            cancel(copy, e);
            throw e;
        }
    }

    private static void cancel(CopyIn copy, SQLException why) {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException connectionIsGone) {
            why.addSuppressed(connectionIsGone);
        }
    }
}
