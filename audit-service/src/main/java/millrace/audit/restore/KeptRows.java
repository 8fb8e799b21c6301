package millrace.audit.restore;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import millrace.audit.chain.KeptRecord;

/** Rows of the table {@code records} as what they are. */
public final class KeptRows {
    private KeptRows() {}

    public static KeptRecord of(ResultSet row) throws SQLException {
        return new KeptRecord(
                row.getString("channel"),
                row.getInt("partition"),
                row.getLong("seq"),
                row.getInt("life"),
                row.getLong("record_offset"),
                row.getObject("leader_epoch", Integer.class),
                row.getObject("topic_id", UUID.class),
                row.getLong("timestamp_ms"),
                row.getString("timestamp_type"),
                (byte[][]) row.getArray("header_names").getArray(),
                (byte[][]) row.getArray("header_values").getArray(),
                row.getBytes("key"),
                row.getBytes("value"),
                row.getObject("subject", Long.class),
                row.getObject("trace", UUID.class));
    }
}
