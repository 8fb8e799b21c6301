package millrace.ingest.segment;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import millrace.ingest.auth.Sources;
import millrace.ingest.http.InputText;
import millrace.ingest.http.Limits;
import millrace.ingest.http.Slice;

/** Reads one message of a body: every field once, and only the fields that the edge needs. */
final class SegmentReader {
    private final byte[] json;
    private final JsonParser parser;
    private final SegmentObjectReader objects;
    private final List<String> faults = new ArrayList<>(0);
    private final List<String> pageFaults = new ArrayList<>(0);
    private final List<Slice> forwarded = new ArrayList<>(4);
    private List<Slice> deliveryMetadata = List.of();

    private String type;
    private String messageId;
    private String anonymousId;
    private String userId;
    private String event;
    private String groupId;
    private String previousId;
    private String timestamp;
    private String originalTimestamp;
    private boolean isOriginalNoTime;
    private String sentAt;
    private String writeKey;
    private Slice properties;

    private SegmentReader(byte[] json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
        this.objects = new SegmentObjectReader(json, parser);
    }

    /**
     * Reads the message that starts at the parser's token, and leaves the parser at its end.
     *
     * @param typeOfPath {@code null} where the message itself has its type
     */
    static SegmentMessage read(byte[] json, JsonParser parser, String typeOfPath) throws IOException {
        var reader = new SegmentReader(json, parser);
        var from = offset(parser.currentTokenLocation());
        if (parser.isExpectedStartObjectToken()) {
            reader.readFields();
            reader.type = typeOfPath == null ? reader.type : typeOfPath;
            reader.check();
        } else {
            parser.skipChildren();
            parser.finishToken();
            reader.faults.add("A message must be a JSON object");
        }
        return reader.message(new Slice(json, from, offset(parser.currentLocation())));
    }

    /**
     * Reads the message that fills a slice.
     *
     * @throws IOException where it is not JSON that the factory reads
     */
    static SegmentMessage read(Slice message, JsonFactory factory, String typeOfPath) throws IOException {
        // A parser of a range counts its bytes from the start of the range.
        var json = message.from() == 0 && message.to() == message.body().length ? message.body() : message.bytes();
        try (var parser = factory.createParser(json)) {
            parser.nextToken();
            var read = read(json, parser, typeOfPath);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "Something follows the message");
            }
            return read;
        }
    }

    /** Reads all fields. Neighbouring fields that are forwarded become one piece. */
    private void readFields() throws IOException {
        var pieceFrom = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            var field = SegmentField.named(name);
            var isForwarded = field == null || field.handling == SegmentField.Handling.FORWARDED;
            if (!isForwarded) {
                forward(pieceFrom);
                pieceFrom = -1;
            } else if (pieceFrom < 0) {
                pieceFrom = offset(parser.currentTokenLocation());
            }
            var isMeant = field == null || field.handling != SegmentField.Handling.DELIVERY_METADATA;
            var from = isMeant ? -1 : offset(parser.currentTokenLocation());
            parser.nextToken();
            if (field == null) {
                readUnknown(name);
            } else {
                read(field);
            }
            if (!isMeant) {
                addDeliveryMetadata(from);
            }
        }
        forward(pieceFrom);
    }

    private void readUnknown(String name) throws IOException {
        if ("ip".equals(name)) {
            objects.replace(ValueReplacement.address(objects.value()));
        } else {
            objects.skip(false);
        }
    }

    private void read(SegmentField field) throws IOException {
        switch (field) {
            case TYPE -> type = id(field, Limits.TEXT);
            case MESSAGE_ID -> messageId = id(field, Limits.EVENT_ID);
            case ANONYMOUS_ID -> anonymousId = id(field, Limits.VISITOR_ID);
            case USER_ID -> userId = id(field, Limits.VISITOR_ID);
            case GROUP_ID -> groupId = id(field, Limits.VISITOR_ID);
            case PREVIOUS_ID -> previousId = id(field, Limits.VISITOR_ID);
            case EVENT -> event = id(field, Limits.TEXT);
            case TIMESTAMP -> timestamp = time(field);
            case ORIGINAL_TIMESTAMP -> {
                originalTimestamp = textHere();
                isOriginalNoTime = originalTimestamp == null && !parser.hasToken(JsonToken.VALUE_NULL);
            }
            case SENT_AT -> sentAt = textHere();
            case WRITE_KEY -> writeKey = textHere();
            case PROPERTIES -> properties = readProperties();
            case CONTEXT -> objects.checkContext(field.text(), faults);
            case REQUEST_IP -> objects.replace(ValueReplacement.address(objects.value()));
            default -> {
                if (field.accepts == SegmentField.Accepts.OBJECT) {
                    objects.checkObject(field.text(), faults);
                } else if (field.accepts == SegmentField.Accepts.TEXT
                        && !parser.currentToken().isScalarValue()) {
                    faults.add(field.text() + " must be text");
                }
            }
        }
        objects.skip(false);
    }

    private Slice readProperties() throws IOException {
        var from = offset(parser.currentTokenLocation());
        objects.checkProperties(SegmentField.PROPERTIES.text(), faults, pageFaults);
        return parser.hasToken(JsonToken.END_OBJECT) ? new Slice(json, from, offset(parser.currentLocation())) : null;
    }

    /** Returns the text at the parser; {@code null} where another value is there. */
    private String textHere() throws IOException {
        return parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
    }

    private String time(SegmentField field) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING) && !parser.hasToken(JsonToken.VALUE_NULL)) {
            faults.add(field.text() + " must be text");
        }
        return textHere();
    }

    /** Returns an id; {@code null} where it is empty: some clients send an empty id for a visitor they do not know. */
    private String id(SegmentField field, int maxLength) throws IOException {
        var token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            var text = parser.getText();
            return text.isEmpty() ? null : text;
        }
        if (token.isNumeric()) {
            return digits(field, maxLength);
        }
        if (token != JsonToken.VALUE_NULL) {
            faults.add(field.text() + " must be text");
        }
        return null;
    }

    private String digits(SegmentField field, int maxLength) throws IOException {
        var digits = InputText.decimal(parser, maxLength);
        if (digits == null) {
            faults.add(field.text() + " must have at most " + maxLength + " characters");
        } else if (field.handling == SegmentField.Handling.FORWARDED) {
            objects.replace(ValueReplacement.id(objects.value(), digits));
        }
        return digits;
    }

    private void forward(int from) {
        if (from >= 0) {
            forwarded.add(pieceFrom(from));
        }
    }

    /**
     * Returns the piece from an offset to the parser's token, which is the next field's name or the end, without the
     * separator between.
     */
    private Slice pieceFrom(int from) {
        var to = offset(parser.currentTokenLocation());
        while (json[to - 1] == ',' || json[to - 1] <= ' ' && json[to - 1] >= 0) {
            to--;
        }
        return new Slice(json, from, to);
    }

    private void addDeliveryMetadata(int from) throws IOException {
        parser.finishToken();
        deliveryMetadata = deliveryMetadata.isEmpty() ? new ArrayList<>(1) : deliveryMetadata;
        deliveryMetadata.add(new Slice(json, from, offset(parser.currentLocation())));
    }

    private void check() {
        messageId = InputText.check("messageId", messageId, Limits.EVENT_ID, faults) ? messageId : null;
        InputText.check("anonymousId", anonymousId, Limits.VISITOR_ID, faults);
        InputText.check("userId", userId, Limits.VISITOR_ID, faults);
        InputText.check("groupId", groupId, Limits.VISITOR_ID, faults);
        InputText.check("previousId", previousId, Limits.VISITOR_ID, faults);
        require(timestamp != null || !isOriginalNoTime, "originalTimestamp must be text");
        require(anonymousId != null || userId != null, "anonymousId or userId is required");
        require(
                type != null && Sources.CLICKS.contains(type),
                "type must be one of track, page, screen, identify, group, alias");
        require(!"track".equals(type) || event != null, "event is required of a track message");
        require(!"group".equals(type) || groupId != null, "groupId is required of a group message");
        require(!"alias".equals(type) || previousId != null, "previousId is required of an alias message");
        if ("page".equals(type)) {
            faults.addAll(pageFaults);
        }
    }

    private void require(boolean fact, String sentence) {
        if (!fact) {
            faults.add(sentence);
        }
    }

    private SegmentMessage message(Slice original) {
        require(original.length() <= Limits.MESSAGE, "A message must have at most " + Limits.MESSAGE + " bytes");
        return new SegmentMessage(
                type,
                messageId,
                anonymousId,
                userId,
                event,
                timestamp == null ? originalTimestamp : timestamp,
                sentAt,
                writeKey,
                original,
                properties,
                forwarded,
                deliveryMetadata,
                objects.replacements(),
                objects.userAgent(),
                objects.orderNumber(),
                faults);
    }

    private static int offset(JsonLocation location) {
        return (int) location.getByteOffset();
    }
}
