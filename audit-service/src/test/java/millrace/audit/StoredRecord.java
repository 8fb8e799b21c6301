package millrace.audit;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** An archived record that was read without the service, with the decrypted value. */
record StoredRecord(long offset, long timestamp, String timestampType, Headers headers, byte[] key, byte[] value) {
    /** @param value decrypted */
    static StoredRecord of(ResultSet row, byte[] value) throws SQLException {
        return new StoredRecord(
                row.getLong("record_offset"),
                row.getLong("timestamp_ms"),
                row.getString("timestamp_type"),
                headers(row),
                row.getBytes("key"),
                value);
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
