package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.EventRejected;
import millrace.events.Json;
import millrace.ingest.auth.AddressPolicy;
import millrace.ingest.auth.BrowserVisitor;
import millrace.ingest.auth.RequestContext;
import millrace.ingest.auth.Source;
import millrace.ingest.auth.Sources;
import millrace.ingest.http.Limits;
import millrace.ingest.publish.PendingRecord;
import millrace.ingest.publish.RequestDeduplicator;

/** Converts batches to records without HTTP and without a broker. */
public final class SegmentFixture {
    public static final Instant RECEIVED = Instant.parse("2024-05-01T12:00:00Z");
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    private static final Source SHOP = shop(AddressPolicy.TRUNCATED);

    private SegmentFixture() {}

    /** Returns the records of messages; single quotes stand for double ones. */
    public static List<PendingRecord> records(String... messages) {
        return recordsOf("{'batch':[" + String.join(",", messages) + "]}");
    }

    public static List<PendingRecord> recordsOf(String body) {
        var read = SegmentBody.ofBatch(json(body));
        return conversion(SHOP, BrowserVisitor.UNKNOWN, read.sentAt()).records(read.messages());
    }

    public static SegmentConversion conversion(Source source, BrowserVisitor visitor, String sentAt) {
        return new SegmentConversion(
                requestContext(source, visitor), sentAt, RequestDeduplicator.withinRequest(Limits.BATCH));
    }

    public static RequestContext requestContext(Source source, BrowserVisitor visitor) {
        return new RequestContext(source, source.name(), source.name(), "/v1/batch", RECEIVED, TRACE, visitor);
    }

    /** Returns a source that may send all kinds. */
    public static Source shop(AddressPolicy address) {
        return new Source(
                "shop", Set.of(), Sources.KINDS, Set.of(), Source.USUAL_CURRENCY, address, true, Optional.empty());
    }

    public static PendingRecord record(String message) {
        return records(message).getFirst();
    }

    public static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    public static String text(PendingRecord record) {
        return text(record.value());
    }

    /** Returns JSON as text; single quotes stand for double ones. */
    public static String text(byte[] json) {
        return new String(json, UTF_8).replace('"', '\'');
    }

    public static JsonNode tree(PendingRecord record) {
        try {
            return Json.MAPPER.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static <T> T event(Channel<?, T> channel, PendingRecord record) {
        return channel.value().deserializer().deserialize(channel.name(), record.value());
    }

    public static EventRejected rejected(PendingRecord record) {
        return event(Channels.REJECTED_EVENTS, record);
    }

    /** Returns a valid message of a type, with further fields where they are given. */
    public static String message(String type, String... fields) {
        return Stream.concat(Stream.of("'type':'" + type + "','anonymousId':'a'"), Stream.of(fields))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
