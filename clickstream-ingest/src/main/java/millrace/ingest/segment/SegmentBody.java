package millrace.ingest.segment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import millrace.ingest.form.Limits;
import millrace.ingest.http.Refusal;

/** The body of a request of the Segment protocol, read once from its first byte to its last. */
public final class SegmentBody {
    private final byte[] json;
    private final List<SegmentMessage> messages = new ArrayList<>();
    private String writeKey;
    private String sentAt;
    private Refusal refusal;

    /** How to read on after the opening brace. */
    private interface Rest {
        void read(JsonParser parser) throws IOException;
    }

    private SegmentBody(byte[] json) {
        this.json = json;
    }

    /** A body that is one message of the type that its path says. */
    public static SegmentBody ofMessage(String type, byte[] json) {
        var body = new SegmentBody(json);
        body.read(parser -> body.readMessage(type, parser));
        return body;
    }

    /** A body with many messages, in an array {@code batch}. */
    public static SegmentBody ofBatch(byte[] json) {
        var body = new SegmentBody(json);
        body.read(body::readBatch);
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
    Refusal refusal() {
        return refusal;
    }

    /** Reads to the end even what is too long, because the write key may be there. */
    private void read(Rest rest) {
        try (var parser = Limits.JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Refusal.malformed(Refusal.NO_OBJECT);
            }
            rest.read(parser);
            if (parser.nextToken() != null) {
                throw Refusal.malformed("Something follows the body's JSON object.");
            }
            refusal = Refusal.tooLarge(json);
        } catch (Refusal e) {
            refusal = e;
        } catch (JsonProcessingException e) {
            refusal = Refusal.noJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be read", e);
        }
    }

    private void readMessage(String type, JsonParser parser) throws IOException {
        var message = SegmentReader.read(json, parser, type);
        messages.add(message);
        writeKey = message.writeKey();
        sentAt = message.sentAt();
    }

    private void readBatch(JsonParser parser) throws IOException {
        var batches = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "writeKey" -> writeKey = parser.getValueAsString();
                case "sentAt" -> sentAt = parser.getValueAsString();
                case "batch" -> batches += readMessages(parser);
                default -> {}
            }
            parser.skipChildren();
        }
        if (batches != 1) {
            throw Refusal.malformed("The body must have one array batch.");
        }
        if (messages.size() > Limits.BATCH) {
            throw Refusal.tooLarge("batch has more than " + Limits.BATCH + " messages.");
        }
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
}
