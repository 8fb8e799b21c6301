package millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A click as the edge writes it to the channel {@code clicks}.
 *
 * @param type message type of the Segment specification
 * @param json the whole message
 */
record SampleClick(String visitor, String id, String type, Instant timestamp, String json) {
    static final String SOURCE = "bench";
    private static final String TRACEPARENT = "00-%s-00f067aa0ba902b7-01";

    ProducerRecord<String, byte[]> toRecord(String topic) {
        var headers = CloudEvents.headers(id, "clicks." + type, SOURCE, timestamp);
        CloudEvents.add(headers, CloudEvents.TRACEPARENT, TRACEPARENT.formatted(id.replace("-", "")));
        return new ProducerRecord<>(topic, null, visitor, json.getBytes(UTF_8), headers);
    }
}
