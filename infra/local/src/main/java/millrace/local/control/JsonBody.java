package millrace.local.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.Optional;
import millrace.events.Json;

/** The JSON in the body of a call. */
public final class JsonBody {
    public static final int LARGEST = 64 * 1024;

    private JsonBody() {}

    /**
     * Reads it; a missing node where there is none.
     *
     * @throws ControlException 413 over {@link #LARGEST} bytes, 400 where it is no JSON
     */
    public static JsonNode read(HttpExchange exchange) throws IOException {
        return parse(bytes(exchange));
    }

    /**
     * Waits for its bytes, which may come slowly.
     *
     * @throws ControlException 413 over {@link #LARGEST} bytes
     */
    public static byte[] bytes(HttpExchange exchange) throws IOException {
        var bytes = exchange.getRequestBody().readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw new ControlException(413, "too_large", "A body of more than " + LARGEST / 1024 + " KiB is refused.");
        }
        return bytes;
    }

    /** @throws ControlException 400 where they are no JSON */
    public static JsonNode parse(byte[] bytes) throws IOException {
        try {
            return bytes.length == 0 ? MissingNode.getInstance() : Json.MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw ControlException.badRequest("The body is no JSON: " + e.getOriginalMessage() + ".");
        } catch (CharConversionException e) {
            throw ControlException.badRequest("The body is no JSON: " + e.getMessage() + ".");
        }
    }

    /** Text, or number as text, of a field; empty where it is missing, null or blank. */
    public static Optional<String> text(JsonNode body, String field) {
        return Optional.of(body.path(field))
                .filter(JsonNode::isValueNode)
                .filter(value -> !value.isNull())
                .map(JsonNode::asText)
                .filter(text -> !text.isBlank());
    }
}
