package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import millrace.events.Channels;
import millrace.events.TransactionEvent;
import millrace.ingest.form.EventTime;
import millrace.ingest.form.Form;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Slice;
import millrace.ingest.log.Arrival;
import millrace.ingest.log.Entry;
import millrace.ingest.log.EventIds;
import millrace.ingest.source.Sources;

/** Makes entries of the log from the messages of one request. */
public final class SegmentEvents {
    /** Bytes of an event; for a longer one the buffer grows. */
    private static final int TYPICAL = 1_200;

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final Arrival arrival;
    private final String receivedAt;
    private final String sentAt;
    private final List<Rejected> rejected = new ArrayList<>();
    private final ByteArrayOutputStream value = new ByteArrayOutputStream(TYPICAL);
    private int declined;

    /** What the sender is told of a message that is not accepted. */
    public record Rejected(int index, List<String> reasons) {}

    /** @param sentAt when the request was sent by its sender's clock; {@code null} where times are taken as they are */
    public SegmentEvents(Arrival arrival, String sentAt) {
        this.arrival = arrival;
        this.receivedAt = arrival.receivedAt().toString();
        this.sentAt = sentAt;
    }

    /** One for each message but those that the visitor does not want; for a faulty one it says why it is not accepted. */
    public List<Entry> entries(List<SegmentMessage> messages) {
        var entries = new ArrayList<Entry>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            var entry = entry(messages.get(i), i);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    /** The faulty ones of the messages so far. */
    public List<Rejected> rejected() {
        return rejected;
    }

    /** How many of the messages so far are not kept, because the visitor does not want it. */
    public int declined() {
        return declined;
    }

    private Entry entry(SegmentMessage message, int index) {
        var faults = new ArrayList<>(message.faults());
        var time = EventTime.of(message.timestamp(), sentAt, arrival.receivedAt(), faults);
        var id = message.messageId() == null ? EventIds.next() : message.messageId();
        var route = Routes.transaction(message);
        if (route.isEmpty() && arrival.visitor().wantsPrivacy()) {
            declined++;
            return null;
        }
        checkKind(route.isPresent() ? Sources.TRANSACTION : message.type(), faults);
        var transaction = route.map(known -> transaction(known, message, id, time, faults));
        if (!faults.isEmpty()) {
            rejected.add(new Rejected(index, faults));
            return arrival.rejected(
                    message.messageId(), index, faults, message.original().bytes());
        }
        return transaction.map(arrival::transaction).orElseGet(() -> click(message, id, time));
    }

    private void checkKind(String kind, List<String> faults) {
        if (faults.isEmpty() && !arrival.writer().allows(kind)) {
            faults.add("The source " + arrival.writer().name() + " may not send " + kind);
        }
    }

    private TransactionEvent transaction(
            BiFunction<Form, Routes.Origin, TransactionEvent> route,
            SegmentMessage message,
            String id,
            EventTime time,
            List<String> faults) {
        var visitor = arrival.visitor().wantsPrivacy() ? null : message.visitor();
        var origin = new Routes.Origin(
                id, arrival.source(), message.userId(), visitor, time.timestamp(), arrival.receivedAt());
        return route.apply(Form.of(message.properties(), "properties", faults), origin);
    }

    private Entry click(SegmentMessage message, String id, EventTime time) {
        var timestamp = time.timestamp().toString();
        var value = value(message, id, timestamp, time.clockAhead());
        return arrival.event(Channels.CLICKS, message.visitor(), id, message.type(), timestamp, value);
    }

    private byte[] value(SegmentMessage message, String id, String timestamp, boolean clockAhead) {
        value.reset();
        try (var json = Limits.JSON.createGenerator(value)) {
            json.writeStartObject();
            json.writeStringField("type", message.type());
            json.writeStringField("messageId", id);
            json.writeStringField("source", arrival.source());
            writeIfKnown(json, "anonymousId", message.anonymousId());
            writeIfKnown(json, "userId", message.userId());
            json.writeStringField("timestamp", timestamp);
            writeIfKnown(json, "originalTimestamp", message.timestamp());
            json.writeStringField("receivedAt", receivedAt);
            if (clockAhead) {
                json.writeBooleanField("clockAhead", true);
            }
            writeIfKnown(json, "address", arrival.visitor().address());
            if (Bots.isBot(message.userAgent() == null ? arrival.visitor().userAgent() : message.userAgent())) {
                json.writeBooleanField("bot", true);
            }
            json.flush();
            for (var fields : message.passedOn()) {
                value.write(',');
                passOn(fields, message.address());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written", e);
        }
        return value.toByteArray();
    }

    /** As they are written, but for an address among them: of that, what the source's rules leave. */
    private void passOn(Slice fields, Slice address) throws IOException {
        if (address == null || address.from() < fields.from() || address.to() > fields.to()) {
            value.write(fields.body(), fields.from(), fields.length());
            return;
        }
        value.write(fields.body(), fields.from(), address.from() - fields.from());
        var kept = arrival.writer().address().of(Form.json(address).textValue());
        value.write(kept == null ? NULL : ('"' + kept + '"').getBytes(US_ASCII));
        value.write(fields.body(), address.to(), fields.to() - address.to());
    }

    private static void writeIfKnown(JsonGenerator json, String name, String text) throws IOException {
        if (text != null) {
            json.writeStringField(name, text);
        }
    }
}
