package millrace.audit;

import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A record as the archive has it, read without the service. */
record Kept(long offset, long timestamp, String timestampType, Headers headers, byte[] key, byte[] value) {
    /** Those of a channel, by partition and offset. */
    static List<Kept> of(String jdbcUrl, String channel) throws SQLException {
        var select = "SELECT * FROM audit.records WHERE channel = '%s' ORDER BY partition, record_offset";
        try (var database = DriverManager.getConnection(jdbcUrl);
                var rows = database.createStatement().executeQuery(select.formatted(channel))) {
            var kept = new ArrayList<Kept>();
            while (rows.next()) {
                kept.add(new Kept(
                        rows.getLong("record_offset"),
                        rows.getLong("timestamp_ms"),
                        rows.getString("timestamp_type"),
                        headers(rows),
                        rows.getBytes("key"),
                        rows.getBytes("value")));
            }
            return kept;
        }
    }

    private static Headers headers(ResultSet row) throws SQLException {
        var names = (byte[][]) row.getArray("header_names").getArray();
        var values = (byte[][]) row.getArray("header_values").getArray();
        var headers = new RecordHeaders();
        for (var i = 0; i < names.length; i++) {
            headers.add(new RecordHeader(new String(names[i], StandardCharsets.UTF_8), values[i]));
        }
        return headers;
    }
}
