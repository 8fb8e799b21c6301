package millrace.ingest.segment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Slice;
import millrace.ingest.form.InputText;
import millrace.ingest.source.AddressPolicy;

/**
 * Goes over the objects of a message: checks what readers of the channel use of a page, and notes every address and every
 * empty array in place of an object. The rest stays as it is written.
 */
final class SegmentObjectReader {
    private final byte[] json;
    private final JsonParser parser;
    private List<ValueReplacement> edits = List.of();
    private String userAgent;
    private String orderNumber;

    SegmentObjectReader(byte[] json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
    }

    /** In the order in which they stand. */
    List<ValueReplacement> edits() {
        return edits;
    }

    /** {@code null} where the context has none. */
    String userAgent() {
        return userAgent;
    }

    /** The property {@code order_id} where it is an id that fits; else {@code null}. */
    String orderNumber() {
        return orderNumber;
    }

    void edit(ValueReplacement edit) {
        if (edits.isEmpty()) {
            edits = new ArrayList<>(2);
        }
        edits.add(edit);
    }

    /** Checks the value at the parser as where and with what something was done. */
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
                    case "ip" -> edit(ValueReplacement.address(value()));
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
     * @param faultsOfAPage takes what is wrong only where they are a page's
     */
    void checkProperties(String place, List<String> faults, List<String> faultsOfAPage) throws IOException {
        if (isObject(place, faults)) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "path", "url", "referrer", "title" -> checkText(place + "." + name, faultsOfAPage);
                    case "order_id" -> orderNumber = orderNumberHere();
                    case "ip" -> addressOutsideContext();
                    default -> {}
                }
                skip(false);
            }
        }
    }

    /** Checks that the value at the parser is an object, which is not looked into. */
    void checkObject(String place, List<String> faults) throws IOException {
        if (isObject(place, faults)) {
            skip(false);
        }
    }

    /** Goes to the end of the value at the parser. */
    void skip(boolean inContext) throws IOException {
        if (parser.currentToken().isStructStart()) {
            skipRest(inContext);
        }
    }

    /** Goes to the end of the object or array that the parser is in. */
    private void skipRest(boolean inContext) throws IOException {
        var depth = 1;
        while (depth > 0) {
            var token = parser.nextToken();
            if (token == JsonToken.FIELD_NAME && "ip".equals(parser.currentName())) {
                token = parser.nextToken();
                if (inContext) {
                    edit(ValueReplacement.address(value()));
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

    /** Outside the context a field of that name may be about something else. */
    private void addressOutsideContext() throws IOException {
        if (parser.hasToken(JsonToken.VALUE_STRING) && AddressPolicy.FULL.of(parser.getText()) != null) {
            edit(ValueReplacement.address(value()));
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

    /** The value at the parser, read to its end. */
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

    /** Whether an object begins at the parser; where none does, goes to the end of what is there. */
    private boolean isObject(String place, List<String> faults) throws IOException {
        if (parser.isExpectedStartObjectToken()) {
            return true;
        }
        var from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.isExpectedStartArrayToken()) {
            if (parser.nextToken() == JsonToken.END_ARRAY) {
                edit(ValueReplacement.emptyObject(
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
