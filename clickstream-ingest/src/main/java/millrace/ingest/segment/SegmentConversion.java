package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import millrace.events.Channels;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import millrace.ingest.form.EventTime;
import millrace.ingest.form.JsonFields;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Slice;
import millrace.ingest.form.InputText;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.log.RequestContext;
import millrace.ingest.log.EventDigest;
import millrace.ingest.log.PendingRecord;
import millrace.ingest.log.EventIds;
import millrace.ingest.log.PersonalDataRedactor;
import millrace.ingest.log.RequestDeduplicator;
import millrace.ingest.log.UnreadableOrderAlarm;

/** Makes entries of the log from the messages of one request. */
public final class SegmentConversion {
    /** Bytes of an event; for a longer one the buffer grows. */
    private static final int TYPICAL = 1_200;

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private static final String OTHER_EVENT = "Another event came before with the messageId ";

    /** Of one message; of more the first ones are named, and how many there are. */
    private static final int REASONS = 20;

    /** Characters of all reasons that one answer names; beyond it the messages are named alone. */
    private static final int ANSWER = 64 * 1024;

    /** Bytes of a message that is kept for orders to correct; what is beyond is cut off. */
    private static final int KEPT_ORDER = 128 * 1024;

    private final RequestContext arrival;
    private final String receivedAt;
    private final String sentAt;
    private final RequestDeduplicator repeats;
    private final List<Rejected> rejected = new ArrayList<>(0);
    private final ByteArrayOutputStream value = new ByteArrayOutputStream(TYPICAL);
    private int declined;
    private int conflicts;
    private int reasonsLeft = ANSWER;
    private int reported;
    private int lost;
    private String lastReason;

    /** What the sender is told of a message that is not accepted. */
    public record Rejected(int index, List<String> reasons) {}

    /** SDKs look at the status only. */
    private record Accepted(boolean success, List<Rejected> rejected) {}

    /**
     * @param sentAt when the request was sent by its sender's clock; {@code null} where times are taken as they are
     * @param repeats of the same request
     */
    public SegmentConversion(RequestContext arrival, String sentAt, RequestDeduplicator repeats) {
        this.arrival = arrival;
        this.receivedAt = arrival.receivedAt().toString();
        this.sentAt = sentAt;
        this.repeats = repeats;
    }

    /** One for each message but those that the visitor does not want; for a faulty one it says why it is not accepted. */
    public List<PendingRecord> entries(List<SegmentMessage> messages) {
        var entries = new ArrayList<PendingRecord>(messages.size());
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

    /** What the sender is told: a success all the same, with what was not accepted. */
    public EdgeResponse answer() {
        return rejected.isEmpty() ? EdgeResponse.SUCCESS : EdgeResponse.json(200, new Accepted(true, rejected));
    }

    /** How many of the messages so far are not kept, because the visitor does not want it. */
    public int declined() {
        return declined;
    }

    /** How many of the rejected are other events than came before under their ids. */
    public int conflicts() {
        return conflicts;
    }

    /** Raises the alarm where orders are among what cannot be taken. */
    public void alarm(UnreadableOrderAlarm alarm) {
        alarm.count(arrival, Channels.TRANSACTIONS.name(), reported, lastReason);
        alarm.count(arrival, Channels.REJECTED_EVENTS.name(), lost, lastReason);
    }

    private PendingRecord entry(SegmentMessage message, int index) {
        var route = TransactionMapping.of(message);
        if (route == null && arrival.visitor().wantsPrivacy()) {
            declined++;
            return null;
        }
        var kind = route == null ? message.type() : route.kind();
        if (kind != null
                && SegmentReader.TYPES.contains(message.type())
                && !arrival.writer().allows(kind)) {
            var reason = "The source " + arrival.writer().name() + " may not send " + kind;
            lose(route == null ? 0 : 1, reason);
            return rejected(message, index, List.of(reason));
        }
        var faults = new ArrayList<>(message.faults());
        var time = EventTime.of(message.timestamp(), sentAt, arrival.receivedAt(), faults);
        EventIds.check("messageId", message.messageId(), faults);
        if (route != null) {
            return transaction(route, message, index, time, faults);
        }
        return faults.isEmpty() ? judged(click(message, time), message, index) : rejected(message, index, faults);
    }

    /** The same entry, or where another event came before under its id, what says so. */
    private PendingRecord judged(PendingRecord entry, SegmentMessage message, int index) {
        if (repeats.next(entry) != RequestDeduplicator.Novelty.CONFLICT) {
            return entry;
        }
        conflicts++;
        return rejected(message, index, List.of(OTHER_EVENT + message.messageId()));
    }

    private PendingRecord rejected(SegmentMessage message, int index, List<String> faults) {
        var reasons = few(faults);
        tell(index, reasons);
        return arrival.rejected(
                message.messageId(), index, reasons, message.original().bytes());
    }

    private void tell(int index, List<String> reasons) {
        reasonsLeft -= reasons.stream().mapToInt(String::length).sum();
        rejected.add(new Rejected(index, reasonsLeft < 0 ? List.of() : reasons));
    }

    private static List<String> few(List<String> faults) {
        if (faults.size() <= REASONS) {
            return List.copyOf(faults);
        }
        var few = new ArrayList<>(faults.subList(0, REASONS));
        few.add("There are " + (faults.size() - REASONS) + " more faults");
        return few;
    }

    private PendingRecord transaction(
            TransactionMapping.Route route, SegmentMessage message, int index, EventTime time, List<String> faults) {
        var event = faults.isEmpty() ? event(route, message, time, message.messageId(), faults) : null;
        if (faults.isEmpty()) {
            var digest = EventDigest.of(event, message.timestamp());
            if (message.messageId() == null) {
                event = event(route, message, time, EventIds.of(digest), faults);
            }
            var entry = arrival.transaction(event, digest);
            if (entry.value().length <= TransactionEvent.LARGEST) {
                var before = conflicts;
                var judged = judged(entry, message, index);
                lose(conflicts - before, OTHER_EVENT);
                return judged;
            }
            faults.add("It would have " + entry.value().length + " bytes as a transaction, of which the largest has "
                    + TransactionEvent.LARGEST);
        }
        return unreadable(message, index, time.timestamp(), faults);
    }

    private TransactionEvent event(
            TransactionMapping.Route route, SegmentMessage message, EventTime time, String id, List<String> faults) {
        var origin = new TransactionMapping.Origin(id, arrival, message.userId(), visitor(message), time.timestamp());
        return route.read(JsonFields.of(message.properties(), "properties", faults), origin);
    }

    private String visitor(SegmentMessage message) {
        return arrival.visitor().wantsPrivacy() ? null : message.visitor();
    }

    /** Where it is known which order it is about, orders hears of it and dead-letters it, so that it can be corrected. */
    private PendingRecord unreadable(SegmentMessage message, int index, Instant timestamp, List<String> faults) {
        var orderId = arrival.orderId(message.orderNumber());
        if (orderId == null) {
            lose(1, faults.getFirst());
            return rejected(message, index, faults);
        }
        var digest = message.digest();
        var id = message.messageId() == null ? EventIds.of(digest) : message.messageId();
        var reasons = few(faults);
        var original = original(message);
        var entry = arrival.transaction(unreadable(message, id, orderId, reasons, original, timestamp), digest);
        while (entry.value().length > TransactionEvent.LARGEST) {
            original = original.substring(0, original.length() / 2);
            entry = arrival.transaction(unreadable(message, id, orderId, reasons, original, timestamp), digest);
        }
        var before = conflicts;
        var judged = judged(entry, message, index);
        lose(conflicts - before, faults.getFirst());
        if (conflicts == before) {
            reported++;
            lastReason = faults.getFirst();
            tell(index, reasons);
        }
        return judged;
    }

    private UnreadableOrderReported unreadable(
            SegmentMessage message, String id, String orderId, List<String> reasons, String original, Instant at) {
        return new UnreadableOrderReported(
                id,
                arrival.source(),
                orderId,
                valid(message.userId()),
                valid(visitor(message)),
                reasons,
                original,
                at,
                arrival.receivedAt());
    }

    /** {@code null} where it is none that may be kept. */
    private static String valid(String id) {
        return InputText.check("", id, Limits.VISITOR_ID, new ArrayList<>()) ? id : null;
    }

    private void lose(int orders, String reason) {
        lost += orders;
        lastReason = orders > 0 ? reason : lastReason;
    }

    /** Of a visitor who wants privacy nothing but the order. */
    private String original(SegmentMessage message) {
        var isPrivate = arrival.visitor().wantsPrivacy();
        var part = isPrivate ? message.properties() : message.original();
        if (part == null) {
            return "";
        }
        var bytes = PersonalDataRedactor.cut(part.bytes(), arrival.writer().address());
        return new String(Arrays.copyOf(bytes, Math.min(bytes.length, KEPT_ORDER)), UTF_8);
    }

    private PendingRecord click(SegmentMessage message, EventTime time) {
        var id = message.messageId() == null ? EventIds.next() : message.messageId();
        var timestamp = time.timestamp().toString();
        var value = value(message, id, timestamp, time.clockAhead());
        return arrival.event(
                Channels.CLICKS, message.visitor(), id, message.type(), timestamp, value, message.digest());
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
            if (BotDetector.isBot(message.userAgent() == null ? arrival.visitor().userAgent() : message.userAgent())) {
                json.writeBooleanField("bot", true);
            }
            json.flush();
            passOn(message.passedOn(), message.edits());
            passOn(message.notMeant(), message.edits());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written", e);
        }
        return value.toByteArray();
    }

    /** As they are written, but for the edits among them. */
    private void passOn(List<Slice> pieces, List<ValueReplacement> edits) throws IOException {
        var next = 0;
        for (var fields : pieces) {
            value.write(',');
            var from = fields.from();
            for (; next < edits.size() && edits.get(next).value().to() <= fields.to(); next++) {
                var edit = edits.get(next);
                if (edit.value().from() >= from) {
                    value.write(fields.body(), from, edit.value().from() - from);
                    value.write(text(edit));
                    from = edit.value().to();
                }
            }
            value.write(fields.body(), from, fields.to() - from);
        }
    }

    private byte[] text(ValueReplacement edit) {
        if (!edit.isAddress()) {
            return edit.text();
        }
        var kept = arrival.writer().address().of(edit.addressText());
        return kept == null ? NULL : ('"' + kept + '"').getBytes(US_ASCII);
    }

    private static void writeIfKnown(JsonGenerator json, String name, String text) throws IOException {
        if (text != null) {
            json.writeStringField(name, text);
        }
    }
}
