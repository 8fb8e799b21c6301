package millrace.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import millrace.events.Json;

/**
 * What a request is answered.
 *
 * @param type media type of the body; {@code null} where there is no body
 * @param headers all others
 */
public record EdgeResponse(int status, String type, byte[] body, Map<String, String> headers) {
    public static final String JSON = "application/json";
    /** What SDKs look for, the same bytes each time. */
    public static final EdgeResponse SUCCESS = new EdgeResponse(200, JSON, "{\"success\":true}".getBytes(UTF_8), Map.of());

    /** An answer whose body is this value as JSON. */
    public static EdgeResponse json(int status, Object value) {
        return json(status, JSON, value, Map.of());
    }

    public static EdgeResponse json(int status, String type, Object value, Map<String, String> headers) {
        try {
            return new EdgeResponse(status, type, Json.MAPPER.writeValueAsBytes(value), headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer cannot be written as JSON", e);
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
