package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import millrace.ingest.form.JsonMerge;
import millrace.ingest.form.JsonOutline;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Slice;
import millrace.ingest.form.Utf8Check;
import millrace.ingest.http.ProblemException;

/**
 * The body of a request of the Segment protocol, read once from its first byte to its last. Where it cannot be read so,
 * because something in it is no JSON, no UTF-8 or too deep, its messages are found by their brackets and each is read on its
 * own: only a body whose brackets do not match is refused as a whole.
 */
public final class SegmentBody {
    private static final String TOO_MUCH =
            "A message must not be nested deeper than 32, nor have a number, a name or a text that is too long";
    private static final String NO_JSON = "A message must be JSON";
    private static final String NO_UTF_8 = "A message must be UTF-8";
    private static final Set<String> UNREADABLE = Set.of(TOO_MUCH, NO_JSON, NO_UTF_8);
    private static final String NOT_MERGED =
            "The context or the integrations of the batch cannot be merged into the message: they are no JSON, or all messages"
                    + " together would have more than " + Limits.MERGED + " bytes";
    private static final String MORE = "Something follows the body's JSON object.";

    private final byte[] json;
    private final List<SegmentMessage> messages = new ArrayList<>();
    private String writeKey;
    private String sentAt;
    private Slice context;
    private Slice integrations;
    private ProblemException refusal;

    /** How to read on after the opening brace. */
    private interface Rest {
        void read(JsonParser parser) throws IOException;
    }

    private SegmentBody(byte[] json) {
        this.json = Utf8Check.withoutMark(json);
    }

    /** A body that is one message of the type that its path says. */
    public static SegmentBody ofMessage(String type, byte[] json) {
        var body = new SegmentBody(json);
        body.read(parser -> body.take(SegmentReader.read(body.json, parser, type)), () -> body.takeWhole(type));
        return body;
    }

    /** A body with many messages, in an array {@code batch}. */
    public static SegmentBody ofBatch(byte[] json) {
        var body = new SegmentBody(json);
        body.read(body::readBatch, body::split);
        body.merge();
        return body;
    }

    byte[] json() {
        return json;
    }

    public List<SegmentMessage> messages() {
        return messages;
    }

    /** {@code null} where there is none. */
    String writeKey() {
        return writeKey;
    }

    /** When the sender sent it by its own clock; {@code null} where it does not say. */
    public String sentAt() {
        return sentAt;
    }

    /** Why nothing of it can be taken; {@code null} where it can be. */
    ProblemException refusal() {
        return refusal;
    }

    /** Reads to the end even what is too long, because the write key may be there. */
    private void read(Rest rest, Runnable otherwise) {
        try {
            readAtOnce(rest);
        } catch (ProblemException e) {
            refusal = e;
        } catch (JsonProcessingException e) {
            readOtherwise(otherwise, e);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be read", e);
        }
        refusal = refusal == null ? ProblemException.tooLarge(json) : refusal;
    }

    private void readAtOnce(Rest rest) throws IOException {
        try (var parser = Limits.JSON.createParser(json)) {
            if (!Utf8Check.isUtf8(whole())) {
                throw new JsonParseException(parser, NO_UTF_8);
            }
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ProblemException.malformed(ProblemException.NO_OBJECT);
            }
            rest.read(parser);
            if (parser.nextToken() != null) {
                throw ProblemException.malformed(MORE);
            }
        }
    }

    /** @param atOnce why the body cannot be read as it is, which is said where it cannot be read otherwise either */
    private void readOtherwise(Runnable otherwise, JsonProcessingException atOnce) {
        try {
            messages.clear();
            otherwise.run();
        } catch (JsonOutline.Unbalanced e) {
            refusal = ProblemException.noJson(atOnce);
        } catch (ProblemException e) {
            refusal = e;
        }
    }

    private Slice whole() {
        return new Slice(json, 0, json.length);
    }

    private void take(SegmentMessage message) {
        messages.add(message);
        writeKey = message.writeKey();
        sentAt = message.sentAt();
    }

    private void takeWhole(String type) {
        var outline = new JsonOutline(whole());
        var message = alone(outline.value(), type);
        if (!outline.atEnd() || message.type() == null) {
            throw new JsonOutline.Unbalanced();
        }
        take(message);
    }

    private void readBatch(JsonParser parser) throws IOException {
        var batches = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "writeKey" -> writeKey = text(parser);
                case "sentAt" -> sentAt = text(parser);
                case "context" -> context = object(parser);
                case "integrations" -> integrations = object(parser);
                case "batch" -> batches += readMessages(parser);
                default -> {}
            }
            parser.skipChildren();
        }
        checkBatch(batches);
    }

    private void checkBatch(int batches) {
        if (batches != 1) {
            throw ProblemException.malformed("The body must have one array batch.");
        }
        if (messages.size() > Limits.BATCH) {
            throw ProblemException.tooLarge("batch has more than " + Limits.BATCH + " messages.");
        }
    }

    /** {@code null} where the parser is at no text. */
    private static String text(JsonParser parser) throws IOException {
        return parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
    }

    /** {@code null} where the parser is at no object. */
    private Slice object(JsonParser parser) throws IOException {
        if (!parser.isExpectedStartObjectToken()) {
            return null;
        }
        var from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return new Slice(json, from, (int) parser.currentLocation().getByteOffset());
    }

    /** Returns how many arrays it was: one or none. */
    private int readMessages(JsonParser parser) throws IOException {
        if (!parser.isExpectedStartArrayToken()) {
            return 0;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (messages.size() <= Limits.BATCH) {
                messages.add(SegmentReader.read(json, parser, null));
            }
            parser.skipChildren();
        }
        return 1;
    }

    /** Finds the messages by their brackets, and reads each on its own. */
    private void split() {
        var outline = new JsonOutline(whole());
        var batches = 0;
        outline.expect('{');
        if (!outline.take('}')) {
            do {
                var name = outline.text();
                outline.expect(':');
                if ("batch".equals(name) && outline.isNext('[')) {
                    splitMessages(outline);
                    batches++;
                } else {
                    take(name, outline);
                }
            } while (outline.take(','));
            outline.expect('}');
        }
        if (!outline.atEnd()) {
            throw ProblemException.malformed(MORE);
        }
        checkBatch(batches);
    }

    private void take(String name, JsonOutline outline) {
        switch (name == null ? "" : name) {
            case "writeKey" -> writeKey = outline.text();
            case "sentAt" -> sentAt = outline.text();
            case "context" -> context = outline.isNext('{') ? outline.value() : skipped(outline);
            case "integrations" -> integrations = outline.isNext('{') ? outline.value() : skipped(outline);
            default -> outline.value();
        }
    }

    private static Slice skipped(JsonOutline outline) {
        outline.value();
        return null;
    }

    private void splitMessages(JsonOutline outline) {
        outline.expect('[');
        if (!outline.take(']')) {
            do {
                var message = outline.value();
                if (messages.size() <= Limits.BATCH) {
                    messages.add(alone(message, null));
                }
            } while (outline.take(','));
            outline.expect(']');
        }
    }

    /** A message that is read for itself. Of one that is not taken as much is known as can be read of it. */
    private static SegmentMessage alone(Slice message, String type) {
        if (!Utf8Check.isUtf8(message)) {
            return tolerantly(Utf8Check.repaired(message), type, message, NO_UTF_8);
        }
        try {
            return SegmentReader.read(message, Limits.JSON, type);
        } catch (StreamConstraintsException e) {
            return tolerantly(message, type, message, TOO_MUCH);
        } catch (IOException notJson) {
            return SegmentMessage.unreadable(message, NO_JSON);
        }
    }

    private static SegmentMessage tolerantly(Slice text, String type, Slice original, String fault) {
        try {
            return SegmentReader.read(text, Limits.TOLERANT, type).with(original, fault);
        } catch (IOException notJson) {
            return SegmentMessage.unreadable(original, fault);
        }
    }

    /**
     * Merges the context and the integrations of the batch into each of its messages: a message reads as if its sender had
     * written both there, and what it says itself wins.
     */
    private void merge() {
        if (refusal != null || context == null && integrations == null) {
            return;
        }
        var added = added();
        var isReadable = alone(added, "track").faults().stream().noneMatch(UNREADABLE::contains);
        var bytes = 0;
        for (int i = 0; i < messages.size(); i++) {
            var merged = isReadable ? merged(messages.get(i), added, Limits.MERGED - bytes) : null;
            bytes += merged == null ? 0 : merged.length;
            messages.set(i, merged == null ? unmerged(messages.get(i)) : reread(merged, messages.get(i)));
        }
    }

    private Slice added() {
        var added = new ByteArrayOutputStream();
        added.writeBytes("{".getBytes(UTF_8));
        if (context != null) {
            added.writeBytes("\"context\":".getBytes(UTF_8));
            added.write(json, context.from(), context.length());
        }
        if (integrations != null) {
            added.writeBytes((context == null ? "" : ",").getBytes(UTF_8));
            added.writeBytes("\"integrations\":".getBytes(UTF_8));
            added.write(json, integrations.from(), integrations.length());
        }
        added.write('}');
        return new Slice(added.toByteArray(), 0, added.size());
    }

    /** {@code null} where it cannot be merged, or would have more bytes than are left. */
    private static byte[] merged(SegmentMessage message, Slice added, int left) {
        if (message.original().length() + added.length() > left) {
            return null;
        }
        try {
            return JsonMerge.objects(message.original(), added);
        } catch (JsonOutline.Unbalanced notMerged) {
            return null;
        }
    }

    private static SegmentMessage reread(byte[] merged, SegmentMessage message) {
        return alone(new Slice(merged, 0, merged.length), null).with(message.original(), null);
    }

    private static SegmentMessage unmerged(SegmentMessage message) {
        return message.faults().isEmpty() ? message.with(message.original(), NOT_MERGED) : message;
    }
}
