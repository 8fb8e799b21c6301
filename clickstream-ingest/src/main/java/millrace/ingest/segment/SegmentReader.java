package millrace.ingest.segment;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Slice;
import millrace.ingest.form.Texts;

/** Reads one message from a body: every field once, and only those that the edge decides by. */
public final class SegmentReader {
    /** What the edge writes itself, or is meant for the edge alone. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "type",
            "messageId",
            "anonymousId",
            "userId",
            "source",
            "timestamp",
            "originalTimestamp",
            "receivedAt",
            "sentAt",
            "clockAhead",
            "address",
            "bot",
            "writeKey");

    public static final Set<String> TYPES = Set.of("track", "page", "screen", "identify", "group", "alias");

    private final byte[] json;
    private final JsonParser parser;
    private final PageReader page;
    private final List<String> faults = new ArrayList<>();
    private final List<String> faultsOfAPage = new ArrayList<>();
    private final List<Slice> passedOn = new ArrayList<>();

    private String type;
    private String messageId;
    private String anonymousId;
    private String userId;
    private String event;
    private String groupId;
    private String previousId;
    private String timestamp;
    private String originalTimestamp;
    private String sentAt;
    private String writeKey;
    private Slice properties;

    private SegmentReader(byte[] json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
        this.page = new PageReader(json, parser);
    }

    /**
     * Reads the message that starts at the parser's token, and leaves the parser at its end.
     *
     * @param typeOfPath {@code null} where the message itself says its type
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

    /** Neighbouring fields that are passed on are one piece. */
    private void readFields() throws IOException {
        var pieceFrom = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            if (NOT_PASSED_ON.contains(name)) {
                passOn(pieceFrom);
                pieceFrom = -1;
            } else if (pieceFrom < 0) {
                pieceFrom = offset(parser.currentTokenLocation());
            }
            parser.nextToken();
            readField(name);
            parser.skipChildren();
        }
        passOn(pieceFrom);
    }

    private void readField(String name) throws IOException {
        switch (name) {
            case "type" -> type = id(name);
            case "messageId" -> messageId = id(name);
            case "anonymousId" -> anonymousId = id(name);
            case "userId" -> userId = id(name);
            case "event" -> event = id(name);
            case "groupId" -> groupId = id(name);
            case "previousId" -> previousId = id(name);
            case "timestamp" -> timestamp = text(name);
            case "originalTimestamp" -> originalTimestamp = text(name);
            case "sentAt" -> sentAt = text(name);
            case "writeKey" -> writeKey = text(name);
            case "name" -> text(name);
            case "properties" -> properties = readProperties();
            case "context" -> page.checkContext("context", faults);
            default -> {}
        }
    }

    private Slice readProperties() throws IOException {
        var from = offset(parser.currentTokenLocation());
        page.checkPage("properties", faultsOfAPage);
        return parser.hasToken(JsonToken.END_OBJECT) ? new Slice(json, from, offset(parser.currentLocation())) : null;
    }

    private String text(String name) throws IOException {
        PageReader.checkText(name, parser, faults);
        return parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
    }

    /** An empty id is none: some clients send one for a visitor they do not know. */
    private String id(String name) throws IOException {
        var text = text(name);
        return text == null || text.isEmpty() ? null : text;
    }

    private void passOn(int from) {
        if (from >= 0) {
            var to = offset(parser.currentTokenLocation());
            while (json[to - 1] == ',' || json[to - 1] <= ' ') {
                to--;
            }
            passedOn.add(new Slice(json, from, to));
        }
    }

    private void check() {
        messageId = Texts.check("messageId", messageId, Limits.EVENT_ID, faults) ? messageId : null;
        Texts.check("anonymousId", anonymousId, Limits.VISITOR_ID, faults);
        Texts.check("userId", userId, Limits.VISITOR_ID, faults);
        Texts.check("groupId", groupId, Limits.VISITOR_ID, faults);
        Texts.check("previousId", previousId, Limits.VISITOR_ID, faults);
        require(anonymousId != null || userId != null, "anonymousId or userId is required");
        require(
                type != null && TYPES.contains(type),
                "type must be one of track, page, screen, identify, group, alias");
        require(!"track".equals(type) || event != null, "event is required of a track message");
        require(!"group".equals(type) || groupId != null, "groupId is required of a group message");
        require(!"alias".equals(type) || previousId != null, "previousId is required of an alias message");
        if ("page".equals(type)) {
            faults.addAll(faultsOfAPage);
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
                passedOn,
                page.address(),
                page.userAgent(),
                faults);
    }

    private static int offset(JsonLocation location) {
        return (int) location.getByteOffset();
    }
}
