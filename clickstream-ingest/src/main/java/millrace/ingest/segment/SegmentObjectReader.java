package millrace.ingest.segment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import millrace.ingest.auth.AddressPolicy;
import millrace.ingest.http.InputText;
import millrace.ingest.http.Limits;
import millrace.ingest.http.Slice;

/**
 * Reads the nested objects of a message: it checks the fields of a page that consumers of the channel use, and records
 * a replacement for every address and for every empty array in place of an object. Everything else stays as it is
 * written.
 */
final class SegmentObjectReader {
    private final byte[] json;
    private final JsonParser parser;
    private List<ValueReplacement> replacements = List.of();
    private String userAgent;
    private String orderNumber;

    SegmentObjectReader(byte[] json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
    }

    /** Returns the replacements in the order of their positions. */
    List<ValueReplacement> replacements() {
        return replacements;
    }

    /** Returns the user agent; {@code null} where the context has none. */
    String userAgent() {
        return userAgent;
    }

    /** Returns the property {@code order_id}; {@code null} where it is missing or not a valid id. */
    String orderNumber() {
        return orderNumber;
    }

    void replace(ValueReplacement replacement) {
        if (replacements.isEmpty()) {
            replacements = new ArrayList<>(2);
        }
        replacements.add(replacement);
    }

    /** Checks the value at the parser as the context of a message. */
    void checkContext(String place, List<String> faults) throws IOException {
        if (isObject(place, faults)) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "userAgent" -> {
                        checkText(place + ".userAgent", faults);
                        userAgent = parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
                    }
                    case "ip" -> replace(ValueReplacement.address(value()));
                    case "page" -> checkProperties(place + ".page", faults, faults);
                    default -> {}
                }
                skip(true);
            }
        }
    }

    /**
     * Checks the value at the parser as the properties of an action or a page.
     *
     * @param pageFaults receives faults that only a page's properties can have
     */
    void checkProperties(String place, List<String> faults, List<String> pageFaults) throws IOException {
        if (isObject(place, faults)) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "path", "url", "referrer", "title" -> checkText(place + "." + name, pageFaults);
                    case "order_id" -> orderNumber = orderNumberHere();
                    case "ip" -> addressOutsideContext();
                    default -> {}
                }
                skip(false);
            }
        }
    }

    /** Checks that the value at the parser is an object, and skips its fields. */
    void checkObject(String place, List<String> faults) throws IOException {
        if (isObject(place, faults)) {
            skip(false);
        }
    }

    /** Moves to the end of the value at the parser. */
    void skip(boolean inContext) throws IOException {
        if (parser.currentToken().isStructStart()) {
            skipRest(inContext);
        }
    }

    /** Moves to the end of the object or array that the parser is in. */
    private void skipRest(boolean inContext) throws IOException {
        var depth = 1;
        while (depth > 0) {
            var token = parser.nextToken();
            if (token == JsonToken.FIELD_NAME && "ip".equals(parser.currentName())) {
                token = parser.nextToken();
                if (inContext) {
                    replace(ValueReplacement.address(value()));
                    continue;
                }
                addressOutsideContext();
            }
            if (token == null) {
                return;
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
    }

    /**
     * Records an address in a field {@code ip} outside the context, where a field of that name may mean something else.
     */
    private void addressOutsideContext() throws IOException {
        if (parser.hasToken(JsonToken.VALUE_STRING) && AddressPolicy.FULL.apply(parser.getText()) != null) {
            replace(ValueReplacement.address(value()));
        }
    }

    private String orderNumberHere() throws IOException {
        var number = parser.currentToken().isNumeric()
                ? InputText.decimal(parser, Limits.ORDER_ID)
                : parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
        return number != null && !number.isEmpty() && InputText.check("", number, Limits.ORDER_ID, new ArrayList<>())
                ? number
                : null;
    }

    /** Reads the value at the parser to its end. */
    Slice value() throws IOException {
        var from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return new Slice(json, from, (int) parser.currentLocation().getByteOffset());
    }

    private void checkText(String place, List<String> faults) {
        if (!parser.currentToken().isScalarValue()) {
            faults.add(place + " must be text");
        }
    }

    /** Returns true where an object begins at the parser; otherwise moves to the end of the value. */
    private boolean isObject(String place, List<String> faults) throws IOException {
        if (parser.isExpectedStartObjectToken()) {
            return true;
        }
        var from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.isExpectedStartArrayToken()) {
            if (parser.nextToken() == JsonToken.END_ARRAY) {
                replace(ValueReplacement.emptyObject(
                        new Slice(json, from, (int) parser.currentLocation().getByteOffset())));
                return false;
            }
            skip(false);
            skipRest(false);
        } else if (parser.hasToken(JsonToken.VALUE_NULL)) {
            return false;
        }
        faults.add(place + " must be a JSON object");
        return false;
    }
}
