package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.UUID;
import millrace.audit.table.ArchivedRecord;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Creates archived records from Kafka records, byte for byte. */
public final class ArchivedRecordFactory {
    /** The trace id is 32 hexadecimal digits of {@code 00-TRACE-SPAN-FLAGS} (W3C Trace Context). */
    private static final int TRACE_AT = 3;

    private static final int TRACE_END = 35;
    private static final int HALF = 19;

    private static final long UNNUMBERED = -1;

    private ArchivedRecordFactory() {}

    /** The number in the chain is assigned when the record is appended. */
    public static ArchivedRecord of(String channel, int life, UUID topicId, ConsumerRecord<byte[], byte[]> read) {
        var headers = read.headers().toArray();
        var names = new byte[headers.length][];
        var values = new byte[headers.length][];
        for (var i = 0; i < headers.length; i++) {
            names[i] = headers[i].key().getBytes(UTF_8);
            values[i] = headers[i].value();
        }
        return new ArchivedRecord(
                channel,
                read.partition(),
                UNNUMBERED,
                life,
                read.offset(),
                read.leaderEpoch().orElse(null),
                topicId,
                read.timestamp(),
                read.timestampType().toString(),
                names,
                values,
                read.key(),
                read.value(),
                null,
                trace(headers));
    }

    private static UUID trace(Header[] headers) {
        for (var header : headers) {
            if (header.key().equals(CloudEvents.TRACEPARENT) && header.value() != null) {
                return trace(new String(header.value(), UTF_8));
            }
        }
        return null;
    }

    /** @return {@code null} if the text is not a valid {@code traceparent}; the record is archived all the same */
    private static UUID trace(String traceparent) {
        try {
            return traceparent.length() <= TRACE_END || traceparent.charAt(TRACE_END) != '-'
                    ? null
                    : new UUID(
                            HexFormat.fromHexDigitsToLong(traceparent, TRACE_AT, HALF),
                            HexFormat.fromHexDigitsToLong(traceparent, HALF, TRACE_END));
        } catch (IllegalArgumentException notHex) {
            return null;
        }
    }
}
