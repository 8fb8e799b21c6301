package millrace.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import millrace.events.Json;

/**
 * A response of the edge.
 *
 * @param type media type of the body; {@code null} where there is no body
 * @param headers other than Content-Type
 */
public record EdgeResponse(int status, String type, byte[] body, Map<String, String> headers) {
    public static final String JSON = "application/json";
    /** Success response that SDKs expect; its bytes are always the same. */
    public static final EdgeResponse SUCCESS =
            new EdgeResponse(200, JSON, "{\"success\":true}".getBytes(UTF_8), Map.of());

    /** Returns a response whose body is the value as JSON. */
    public static EdgeResponse json(int status, Object value) {
        return json(status, JSON, value, Map.of());
    }

    public static EdgeResponse json(int status, String type, Object value, Map<String, String> headers) {
        try {
            return new EdgeResponse(status, type, Json.MAPPER.writeValueAsBytes(value), headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A response cannot be written as JSON", e);
        }
    }

    public void send(HttpServerResponse response) {
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        if (type != null) {
            response.putHeader("content-type", type);
        }
        response.end(Buffer.buffer(body));
    }
}
