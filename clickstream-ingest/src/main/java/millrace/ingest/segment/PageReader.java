package millrace.ingest.segment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import millrace.ingest.form.Slice;

/** Checks what readers of the channel use of a page, on the way over what nobody at the edge keeps. */
public final class PageReader {
    private static final Set<String> TEXTS = Set.of("path", "url", "referrer", "title");

    private final byte[] json;
    private final JsonParser parser;
    private Slice address;
    private String userAgent;

    PageReader(byte[] json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
    }

    /** The value of the context's {@code ip}; {@code null} where there is none. */
    Slice address() {
        return address;
    }

    /** {@code null} where the context has none. */
    String userAgent() {
        return userAgent;
    }

    /** Checks the value at the parser as where and with what something was done. */
    void checkContext(String place, List<String> faults) throws IOException {
        if (isObject(place, faults)) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "userAgent" -> {
                        checkText(place + ".userAgent", parser, faults);
                        userAgent = parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
                    }
                    case "ip" -> address = value();
                    case "page" -> checkPage(place + ".page", faults);
                    default -> {}
                }
                parser.skipChildren();
            }
        }
    }

    /** Checks the value at the parser as a page of the Segment specification. */
    void checkPage(String place, List<String> faults) throws IOException {
        if (isObject(place, faults)) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                if (TEXTS.contains(name)) {
                    checkText(place + "." + name, parser, faults);
                }
                parser.skipChildren();
            }
        }
    }

    /** The value at the parser, read to its end. */
    private Slice value() throws IOException {
        var from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return new Slice(json, from, (int) parser.currentLocation().getByteOffset());
    }

    /** Checks the value at a parser as a text that may be missing. */
    static void checkText(String place, JsonParser parser, List<String> faults) {
        if (!parser.hasToken(JsonToken.VALUE_STRING) && !parser.hasToken(JsonToken.VALUE_NULL)) {
            faults.add(place + " must be text");
        }
    }

    private boolean isObject(String place, List<String> faults) {
        var isObject = parser.isExpectedStartObjectToken();
        if (!isObject && !parser.hasToken(JsonToken.VALUE_NULL)) {
            faults.add(place + " must be a JSON object");
        }
        return isObject;
    }
}
