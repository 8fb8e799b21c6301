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
import millrace.ingest.http.Limits;
import millrace.ingest.http.ProblemException;
import millrace.ingest.http.Slice;
import millrace.ingest.http.Utf8;

/**
 * Body of a request of the Segment protocol, parsed once from its first byte to its last. Where that fails because a
 * part of it is not JSON, not UTF-8 or nested too deep, the messages are separated by their brackets and each is parsed
 * on its own: only a body whose brackets do not match is refused as a whole.
 */
final class SegmentBody {
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
    private ProblemException problem;

    /** Parses the body after its opening brace. */
    private interface BodyParser {
        void read(JsonParser parser) throws IOException;
    }

    private SegmentBody(byte[] json) {
        this.json = Utf8.withoutMark(json);
    }

    /** Parses a body that is one message, whose type is in the path. */
    static SegmentBody ofMessage(String type, byte[] json) {
        var body = new SegmentBody(json);
        body.read(parser -> body.take(SegmentReader.read(body.json, parser, type)), () -> body.takeWhole(type));
        return body;
    }

    /** Parses a body with many messages, in an array {@code batch}. */
    static SegmentBody ofBatch(byte[] json) {
        var body = new SegmentBody(json);
        body.read(body::readBatch, body::split);
        body.merge();
        return body;
    }

    byte[] json() {
        return json;
    }

    List<SegmentMessage> messages() {
        return messages;
    }

    /** Returns the write key of the body; {@code null} where there is none. */
    String writeKey() {
        return writeKey;
    }

    /** Returns when the request was sent by the sender's clock; {@code null} where it does not say. */
    String sentAt() {
        return sentAt;
    }

    /** Returns the reason why the whole body is refused; {@code null} where it is not. */
    ProblemException problem() {
        return problem;
    }

    /** Parses the body to its end, even one that is too long, because the write key may be there. */
    private void read(BodyParser parserOfRest, Runnable otherwise) {
        try {
            readAsWhole(parserOfRest);
        } catch (ProblemException e) {
            problem = e;
        } catch (JsonProcessingException e) {
            readOtherwise(otherwise, e);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be read", e);
        }
        problem = problem == null ? ProblemException.tooLarge(json) : problem;
    }

    private void readAsWhole(BodyParser parserOfRest) throws IOException {
        try (var parser = Limits.JSON.createParser(json)) {
            if (!Utf8.is(whole())) {
                throw new JsonParseException(parser, NO_UTF_8);
            }
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ProblemException.malformed(ProblemException.NO_OBJECT);
            }
            parserOfRest.read(parser);
            if (parser.nextToken() != null) {
                throw ProblemException.malformed(MORE);
            }
        }
    }

    /**
     * Separates the messages where the body cannot be parsed as a whole.
     *
     * @param asWhole failure of the whole body, which is reported where the messages cannot be separated either
     */
    private void readOtherwise(Runnable otherwise, JsonProcessingException asWhole) {
        try {
            messages.clear();
            otherwise.run();
        } catch (JsonOutline.Unbalanced e) {
            problem = ProblemException.notJson(asWhole);
        } catch (ProblemException e) {
            problem = e;
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
        var message = readAlone(outline.value(), type);
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

    /** Returns the text at the parser; {@code null} where another value is there. */
    private static String text(JsonParser parser) throws IOException {
        return parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
    }

    /** Returns the object at the parser; {@code null} where another value is there. */
    private Slice object(JsonParser parser) throws IOException {
        if (!parser.isExpectedStartObjectToken()) {
            return null;
        }
        var from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return new Slice(json, from, (int) parser.currentLocation().getByteOffset());
    }

    /** Reads the messages of the array at the parser. Returns 1; 0 where another value is there. */
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

    /** Separates the messages by their brackets, and parses each on its own. */
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
                    messages.add(readAlone(message, null));
                }
            } while (outline.take(','));
            outline.expect(']');
        }
    }

    /** Parses a message on its own. Of a message that is refused, as many fields as possible are read. */
    private static SegmentMessage readAlone(Slice message, String type) {
        if (!Utf8.is(message)) {
            return tolerantly(Utf8.repaired(message), type, message, NO_UTF_8);
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
            return SegmentReader.read(text, Limits.TOLERANT, type).withOriginal(original, fault);
        } catch (IOException notJson) {
            return SegmentMessage.unreadable(original, fault);
        }
    }

    /**
     * Merges the context and the integrations of the batch into each of its messages, as if the sender had written both
     * there. The message's own values win.
     */
    private void merge() {
        if (problem != null || context == null && integrations == null) {
            return;
        }
        var added = added();
        var isReadable = readAlone(added, "track").faults().stream().noneMatch(UNREADABLE::contains);
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

    /** Returns the merged message; {@code null} where it cannot be merged, or would have more bytes than are left. */
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
        return readAlone(new Slice(merged, 0, merged.length), null).withOriginal(message.original(), null);
    }

    private static SegmentMessage unmerged(SegmentMessage message) {
        return message.faults().isEmpty() ? message.withOriginal(message.original(), NOT_MERGED) : message;
    }
}
