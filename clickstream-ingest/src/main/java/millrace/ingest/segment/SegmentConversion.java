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
import millrace.ingest.auth.PersonalDataRedactor;
import millrace.ingest.auth.RequestContext;
import millrace.ingest.auth.Sources;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.InputText;
import millrace.ingest.http.JsonFields;
import millrace.ingest.http.Limits;
import millrace.ingest.http.Slice;
import millrace.ingest.publish.EventDigest;
import millrace.ingest.publish.EventIds;
import millrace.ingest.publish.EventTime;
import millrace.ingest.publish.PendingRecord;
import millrace.ingest.publish.RequestDeduplicator;

/** Converts the messages of one request to records. */
public final class SegmentConversion {
    /** Bytes of a typical event; for a longer one the buffer grows. */
    private static final int TYPICAL_BYTES = 1_200;

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private static final String OTHER_EVENT = "Another event came before with the messageId ";

    /** Limit of the faults that are named for one message; of further ones only the number is given. */
    private static final int MOST_REASONS = 20;

    /** Limit of the characters of all reasons in one response; for further messages only their index is given. */
    private static final int RESPONSE_CHARACTERS = 64 * 1024;

    /** Limit of the bytes of a message that is kept for correction in orders; the rest is cut off. */
    private static final int KEPT_ORDER_BYTES = 128 * 1024;

    private final RequestContext context;
    private final String receivedAt;
    private final String sentAt;
    private final RequestDeduplicator deduplicator;
    private final List<Rejected> rejected = new ArrayList<>(0);
    private final ByteArrayOutputStream value = new ByteArrayOutputStream(TYPICAL_BYTES);
    private int declined;
    private int conflicts;
    private int reasonsLeft = RESPONSE_CHARACTERS;
    private int sentToOrders;
    private int lost;
    private String lastReason;

    /** A rejected message, as the response names it. */
    public record Rejected(int index, List<String> reasons) {}

    /** Response to a request with rejected messages. SDKs read only the status. */
    private record Accepted(boolean success, List<Rejected> rejected) {}

    /**
     * @param sentAt when the request was sent by its sender's clock; {@code null} where times are not corrected
     * @param deduplicator of the request
     */
    public SegmentConversion(RequestContext context, String sentAt, RequestDeduplicator deduplicator) {
        this.context = context;
        this.receivedAt = context.receivedAt().toString();
        this.sentAt = sentAt;
        this.deduplicator = deduplicator;
    }

    /**
     * Returns a record for each message, except for those dropped because the visitor asks for privacy. A faulty
     * message becomes a rejected event with its reasons.
     */
    public List<PendingRecord> records(List<SegmentMessage> messages) {
        var records = new ArrayList<PendingRecord>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            var record = record(messages.get(i), i);
            if (record != null) {
                records.add(record);
            }
        }
        return records;
    }

    /** Returns the faulty ones of the messages so far. */
    public List<Rejected> rejected() {
        return rejected;
    }

    /** Returns the response: a success, with the messages that were rejected. */
    public EdgeResponse response() {
        return rejected.isEmpty() ? EdgeResponse.SUCCESS : EdgeResponse.json(200, new Accepted(true, rejected));
    }

    /** Returns the number of messages so far that were dropped because the visitor asks for privacy. */
    public int declined() {
        return declined;
    }

    /** Returns the number of rejected messages whose id a different event had before. */
    public int conflicts() {
        return conflicts;
    }

    /** Raises the alarm where orders are among the messages that cannot be accepted. */
    void raiseAlarm(UnreadableOrderAlarm alarm) {
        alarm.raise(context, Channels.TRANSACTIONS.name(), sentToOrders, lastReason);
        alarm.raise(context, Channels.REJECTED_EVENTS.name(), lost, lastReason);
    }

    private PendingRecord record(SegmentMessage message, int index) {
        var rule = TransactionMapping.of(message);
        if (rule == null && context.visitor().wantsPrivacy()) {
            declined++;
            return null;
        }
        var kind = rule == null ? message.type() : rule.kind();
        if (kind != null
                && Sources.CLICKS.contains(message.type())
                && !context.writer().allows(kind)) {
            var reason = "The source " + context.writer().name() + " may not send " + kind;
            countLost(rule == null ? 0 : 1, reason);
            return rejected(message, index, List.of(reason));
        }
        var faults = new ArrayList<>(message.faults());
        var time = EventTime.of(message.timestamp(), sentAt, context.receivedAt(), faults);
        EventIds.check("messageId", message.messageId(), faults);
        if (rule != null) {
            return transaction(rule, message, index, time, faults);
        }
        return faults.isEmpty() ? checked(click(message, time), message, index) : rejected(message, index, faults);
    }

    /** Returns the record; a rejected event where a different event came before under its id. */
    private PendingRecord checked(PendingRecord record, SegmentMessage message, int index) {
        if (deduplicator.classify(record) != RequestDeduplicator.Novelty.CONFLICT) {
            return record;
        }
        conflicts++;
        return rejected(message, index, List.of(OTHER_EVENT + message.messageId()));
    }

    private PendingRecord rejected(SegmentMessage message, int index, List<String> faults) {
        var reasons = limited(faults);
        report(index, reasons);
        return PendingRecord.ofRejected(
                context, message.messageId(), index, reasons, message.original().bytes());
    }

    private void report(int index, List<String> reasons) {
        reasonsLeft -= reasons.stream().mapToInt(String::length).sum();
        rejected.add(new Rejected(index, reasonsLeft < 0 ? List.of() : reasons));
    }

    private static List<String> limited(List<String> faults) {
        if (faults.size() <= MOST_REASONS) {
            return List.copyOf(faults);
        }
        var limited = new ArrayList<>(faults.subList(0, MOST_REASONS));
        limited.add("There are " + (faults.size() - MOST_REASONS) + " more faults");
        return limited;
    }

    private PendingRecord transaction(
            TransactionMapping.Rule rule, SegmentMessage message, int index, EventTime time, List<String> faults) {
        var event = faults.isEmpty() ? event(rule, message, time, message.messageId(), faults) : null;
        if (faults.isEmpty()) {
            var digest = EventDigest.of(event, message.timestamp());
            if (message.messageId() == null) {
                event = event(rule, message, time, EventIds.of(digest), faults);
            }
            var record = PendingRecord.of(context, event, digest);
            if (record.value().length <= TransactionEvent.LARGEST) {
                var before = conflicts;
                var checked = checked(record, message, index);
                countLost(conflicts - before, OTHER_EVENT);
                return checked;
            }
            faults.add("It would have " + record.value().length + " bytes as a transaction, of which the largest has "
                    + TransactionEvent.LARGEST);
        }
        return unreadable(message, index, time.timestamp(), faults);
    }

    private TransactionEvent event(
            TransactionMapping.Rule rule, SegmentMessage message, EventTime time, String id, List<String> faults) {
        var transaction = new TransactionMapping.TransactionContext(
                id, context, message.userId(), visitor(message), time.timestamp());
        return rule.read(JsonFields.of(message.properties(), "properties", faults), transaction);
    }

    private String visitor(SegmentMessage message) {
        return context.visitor().wantsPrivacy() ? null : message.visitor();
    }

    /**
     * Returns the record of an order that cannot be read. Where its number is known, the record goes to orders, which
     * dead-letters it so that it can be corrected.
     */
    private PendingRecord unreadable(SegmentMessage message, int index, Instant timestamp, List<String> faults) {
        var orderId = context.orderId(message.orderNumber());
        if (orderId == null) {
            countLost(1, faults.getFirst());
            return rejected(message, index, faults);
        }
        var digest = message.digest();
        var id = message.messageId() == null ? EventIds.of(digest) : message.messageId();
        var reasons = limited(faults);
        var original = original(message);
        var record = PendingRecord.of(context, unreadable(message, id, orderId, reasons, original, timestamp), digest);
        while (record.value().length > TransactionEvent.LARGEST) {
            original = original.substring(0, original.length() / 2);
            record = PendingRecord.of(context, unreadable(message, id, orderId, reasons, original, timestamp), digest);
        }
        var before = conflicts;
        var checked = checked(record, message, index);
        countLost(conflicts - before, faults.getFirst());
        if (conflicts == before) {
            sentToOrders++;
            lastReason = faults.getFirst();
            report(index, reasons);
        }
        return checked;
    }

    private UnreadableOrderReported unreadable(
            SegmentMessage message, String id, String orderId, List<String> reasons, String original, Instant at) {
        return new UnreadableOrderReported(
                id,
                context.source(),
                orderId,
                valid(message.userId()),
                valid(visitor(message)),
                reasons,
                original,
                at,
                context.receivedAt());
    }

    /** Returns the id; {@code null} where it is invalid and may not be kept. */
    private static String valid(String id) {
        return InputText.check("", id, Limits.VISITOR_ID, new ArrayList<>()) ? id : null;
    }

    private void countLost(int orders, String reason) {
        lost += orders;
        lastReason = orders > 0 ? reason : lastReason;
    }

    /** Returns the part of the original that is kept: of a visitor who asks for privacy only the order. */
    private String original(SegmentMessage message) {
        var isPrivate = context.visitor().wantsPrivacy();
        var part = isPrivate ? message.properties() : message.original();
        if (part == null) {
            return "";
        }
        var bytes = PersonalDataRedactor.redact(part.bytes(), context.writer().address());
        return new String(Arrays.copyOf(bytes, Math.min(bytes.length, KEPT_ORDER_BYTES)), UTF_8);
    }

    private PendingRecord click(SegmentMessage message, EventTime time) {
        var id = message.messageId() == null ? EventIds.next() : message.messageId();
        var timestamp = time.timestamp().toString();
        var value = value(message, id, timestamp, time.clockAhead());
        return PendingRecord.of(
                context, Channels.CLICKS, message.visitor(), id, message.type(), timestamp, value, message.digest());
    }

    private byte[] value(SegmentMessage message, String id, String timestamp, boolean clockAhead) {
        value.reset();
        try (var json = Limits.JSON.createGenerator(value)) {
            json.writeStartObject();
            json.writeStringField("type", message.type());
            json.writeStringField("messageId", id);
            json.writeStringField("source", context.source());
            writeIfKnown(json, "anonymousId", message.anonymousId());
            writeIfKnown(json, "userId", message.userId());
            json.writeStringField("timestamp", timestamp);
            writeIfKnown(json, "originalTimestamp", message.timestamp());
            json.writeStringField("receivedAt", receivedAt);
            if (clockAhead) {
                json.writeBooleanField("clockAhead", true);
            }
            writeIfKnown(json, "address", context.visitor().address());
            if (BotDetector.isBot(
                    message.userAgent() == null ? context.visitor().userAgent() : message.userAgent())) {
                json.writeBooleanField("bot", true);
            }
            json.flush();
            forward(message.forwarded(), message.replacements());
            forward(message.deliveryMetadata(), message.replacements());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written", e);
        }
        return value.toByteArray();
    }

    /** Writes fields as they are written, except for the replacements among them. */
    private void forward(List<Slice> pieces, List<ValueReplacement> replacements) throws IOException {
        var next = 0;
        for (var fields : pieces) {
            value.write(',');
            var from = fields.from();
            for (; next < replacements.size() && replacements.get(next).value().to() <= fields.to(); next++) {
                var replacement = replacements.get(next);
                if (replacement.value().from() >= from) {
                    value.write(fields.body(), from, replacement.value().from() - from);
                    value.write(text(replacement));
                    from = replacement.value().to();
                }
            }
            value.write(fields.body(), from, fields.to() - from);
        }
    }

    private byte[] text(ValueReplacement replacement) {
        if (!replacement.isAddress()) {
            return replacement.text();
        }
        var kept = context.writer().address().apply(replacement.addressText());
        return kept == null ? NULL : ('"' + kept + '"').getBytes(US_ASCII);
    }

    private static void writeIfKnown(JsonGenerator json, String name, String text) throws IOException {
        if (text != null) {
            json.writeStringField(name, text);
        }
    }
}
