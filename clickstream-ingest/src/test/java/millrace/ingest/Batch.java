package millrace.ingest;

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
import millrace.ingest.form.Limits;
import millrace.ingest.log.Arrival;
import millrace.ingest.log.Entry;
import millrace.ingest.log.Repeats;
import millrace.ingest.log.Visitor;
import millrace.ingest.segment.SegmentBody;
import millrace.ingest.segment.SegmentEvents;
import millrace.ingest.source.Address;
import millrace.ingest.source.Source;
import millrace.ingest.source.Sources;

/** What the edge makes of a batch, without HTTP and without a broker. */
public final class Batch {
    public static final Instant RECEIVED = Instant.parse("2024-05-01T12:00:00Z");
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    private static final Source SHOP = shop(Address.TRUNCATED);

    private Batch() {}

    /** Single quotes stand for double ones. */
    public static List<Entry> entries(String... messages) {
        return entriesOf("{'batch':[" + String.join(",", messages) + "]}");
    }

    public static List<Entry> entriesOf(String body) {
        var read = SegmentBody.ofBatch(json(body));
        return events(SHOP, Visitor.UNKNOWN, read.sentAt()).entries(read.messages());
    }

    public static SegmentEvents events(Source source, Visitor visitor, String sentAt) {
        return new SegmentEvents(arrival(source, visitor), sentAt, Repeats.amongThemselves(Limits.BATCH));
    }

    public static Arrival arrival(Source source, Visitor visitor) {
        return new Arrival(source, source.name(), source.name(), "/v1/batch", RECEIVED, TRACE, visitor);
    }

    /** A shop that may do everything. */
    public static Source shop(Address address) {
        return new Source(
                "shop", Set.of(), Sources.KINDS, Set.of(), Source.USUAL_CURRENCY, address, true, Optional.empty());
    }

    public static Entry entry(String message) {
        return entries(message).getFirst();
    }

    public static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    public static String text(Entry entry) {
        return text(entry.value());
    }

    /** Single quotes stand for double ones. */
    public static String text(byte[] json) {
        return new String(json, UTF_8).replace('"', '\'');
    }

    public static JsonNode tree(Entry entry) {
        try {
            return Json.MAPPER.readTree(entry.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static <T> T event(Channel<?, T> channel, Entry entry) {
        return channel.value().deserializer().deserialize(channel.name(), entry.value());
    }

    public static EventRejected rejected(Entry entry) {
        return event(Channels.REJECTED_EVENTS, entry);
    }

    /** A message of that type which has nothing wrong, with more fields where they are given. */
    public static String message(String type, String... fields) {
        return Stream.concat(Stream.of("'type':'" + type + "','anonymousId':'a'"), Stream.of(fields))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
