package millrace.console.orders;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.console.view.Deployment;
import millrace.events.Channels;
import millrace.events.Json;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads from {@code audit-events} who has asked the archive about an order. */
final class AuditAccessLog {
    /** Records at the end of the partition that are searched. */
    private static final int SEARCHED = 500;

    private static final int MOST = 20;

    private final ChannelRecords records;

    AuditAccessLog(Deployment deployment) {
        this.records = new ChannelRecords(deployment);
    }

    /** @param opened true where personal data was shown decrypted */
    record LoggedRead(
            String eventId,
            String by,
            String question,
            long records,
            boolean opened,
            String timestamp,
            int partition,
            long offset) {}

    /** The last questions about an order, the newest first. */
    List<LoggedRead> about(OrderAddress order) {
        return records.latest(Channels.AUDIT_EVENTS.name(), "orders/" + order.id(), SEARCHED).reversed().stream()
                .flatMap(AuditAccessLog::logged)
                .limit(MOST)
                .toList();
    }

    /** The newest of them at which personal data was shown. */
    static Optional<LoggedRead> lastOpened(List<LoggedRead> reads) {
        return reads.stream().filter(LoggedRead::opened).findFirst();
    }

    private static Stream<LoggedRead> logged(ConsumerRecord<byte[], byte[]> record) {
        try {
            var event = Json.MAPPER.readTree(record.value() == null ? new byte[0] : record.value());
            return event.path("type").asText().equals("RecordsRead")
                    ? Stream.of(logged(record, event))
                    : Stream.empty();
        } catch (IOException noJson) {
            return Stream.empty();
        }
    }

    private static LoggedRead logged(ConsumerRecord<byte[], byte[]> record, JsonNode event) {
        return new LoggedRead(
                OrderTimeline.text(event.path("eventId")),
                OrderTimeline.text(event.path("by")),
                OrderTimeline.text(event.path("question")),
                event.path("records").asLong(),
                event.path("opened").asBoolean(),
                OrderTimeline.text(event.path("timestamp")),
                record.partition(),
                record.offset());
    }
}
