package millrace.ingest.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.Json;
import millrace.ingest.PublishedRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of one visitor, and of others whose ids begin with the same text. */
public record VisitorRecords(
        List<ConsumerRecord<String, byte[]>> clicks,
        List<ConsumerRecord<String, byte[]>> orders,
        List<ConsumerRecord<String, byte[]>> rejected) {

    static VisitorRecords of(String visitor, Instant since) {
        return new VisitorRecords(
                PublishedRecords.records(Channels.CLICKS, since).stream()
                        .filter(click -> click.key().startsWith(visitor))
                        .toList(),
                PublishedRecords.records(Channels.TRANSACTIONS, since).stream()
                        .filter(order -> order.key().startsWith("shop/" + visitor))
                        .toList(),
                PublishedRecords.records(Channels.REJECTED_EVENTS, since).stream()
                        .filter(event -> original(event).contains(visitor))
                        .toList());
    }

    /** Returns the messages as their client knows them. */
    List<SdkMessage> sent() {
        return Stream.concat(
                        clicks.stream()
                                .map(click -> new SdkMessage(
                                        json(click).path("type").asText(), id(click), name(json(click)))),
                        orders.stream().map(order -> new SdkMessage("track", id(order), "Order Completed")))
                .toList();
    }

    static JsonNode json(ConsumerRecord<String, byte[]> record) {
        try {
            return Json.MAPPER.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException("Not JSON: the value of " + record, e);
        }
    }

    private static String id(ConsumerRecord<String, byte[]> record) {
        return CloudEvents.text(record.headers(), CloudEvents.ID);
    }

    private static String name(JsonNode click) {
        return click.path("event").asText(click.path("name").asText(null));
    }

    private static String original(ConsumerRecord<String, byte[]> rejected) {
        var event = Channels.REJECTED_EVENTS.value().deserializer().deserialize(rejected.topic(), rejected.value());
        return new String(event.original(), UTF_8);
    }
}
