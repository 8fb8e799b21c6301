package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import millrace.events.Json;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Slice;
import millrace.ingest.http.Call;
import millrace.ingest.http.Refusal;

/** Reads the three forms that the HTTP binding of CloudEvents 1.0 has: binary, structured and batched. */
public final class CloudEventReader {
    private static final String STRUCTURED = "application/cloudevents";
    private static final String BATCHED = "application/cloudevents-batch";
    private static final String HEADER = "ce-";

    private final byte[] body;

    private CloudEventReader(byte[] body) {
        this.body = body;
    }

    /** @throws Refusal where the body has none of the forms */
    static List<CloudEvent> read(Call call) {
        var type = call.header("content-type") == null
                ? ""
                : call.header("content-type").toLowerCase(Locale.ROOT);
        var reader = new CloudEventReader(call.body());
        if (!type.startsWith(STRUCTURED)) {
            return List.of(reader.binary(call, type));
        }
        var isBatch = type.startsWith(BATCHED);
        var format = type.substring((isBatch ? BATCHED : STRUCTURED).length());
        if (!format.startsWith("+json")) {
            throw Refusal.encoding("Content-Type must be " + (isBatch ? BATCHED : STRUCTURED) + "+json.");
        }
        return reader.json(isBatch);
    }

    private CloudEvent binary(Call call, String type) {
        var attributes = new LinkedHashMap<String, String>();
        call.request().headers().forEach(header -> {
            var name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(HEADER)) {
                attributes.put(name.substring(HEADER.length()), decoded(name, header.getValue()));
            }
        });
        if (!type.isEmpty()) {
            attributes.put("datacontenttype", type);
        }
        return new CloudEvent(attributes, data(type));
    }

    /** Values are percent-encoded; a client may put quotes around them. */
    private static String decoded(String name, String value) {
        var quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        var text = quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            throw Refusal.malformed("The header " + name + " is not percent-encoded.");
        }
    }

    /** What is no JSON becomes a text. */
    private Slice data(String type) {
        if (body.length == 0) {
            return null;
        }
        if (!type.isEmpty() && !type.contains("json")) {
            return quoted(
                    type.startsWith("text/")
                            ? new String(body, UTF_8)
                            : Base64.getEncoder().encodeToString(body));
        }
        try (var parser = Limits.JSON.createParser(body)) {
            parser.nextToken();
            var data = value(parser);
            if (parser.nextToken() != null) {
                throw Refusal.malformed("Something follows the body's JSON.");
            }
            return data;
        } catch (JsonProcessingException e) {
            throw Refusal.noJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be read", e);
        }
    }

    private static Slice quoted(String text) {
        var json = Json.MAPPER.getNodeFactory().textNode(text).toString().getBytes(UTF_8);
        return new Slice(json, 0, json.length);
    }

    private List<CloudEvent> json(boolean isBatch) {
        var events = new ArrayList<CloudEvent>();
        try (var parser = Limits.JSON.createParser(body)) {
            var first = parser.nextToken();
            if (first != (isBatch ? JsonToken.START_ARRAY : JsonToken.START_OBJECT)) {
                throw Refusal.malformed("The body is not a JSON " + (isBatch ? "array." : "object."));
            }
            if (isBatch) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    events.add(event(parser));
                }
                if (!parser.hasToken(JsonToken.END_ARRAY)) {
                    throw Refusal.malformed("The batch has something that is no JSON object.");
                }
            } else {
                events.add(event(parser));
            }
            if (parser.nextToken() != null) {
                throw Refusal.malformed("Something follows the body's JSON.");
            }
        } catch (JsonProcessingException e) {
            throw Refusal.noJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be read", e);
        }
        return events;
    }

    private CloudEvent event(JsonParser parser) throws IOException {
        Map<String, String> attributes = new LinkedHashMap<>();
        Slice data = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            if (name.equals("data")) {
                data = value(parser);
            } else if (name.equals("data_base64")) {
                data = quoted(parser.getValueAsString(""));
            } else if (!parser.hasToken(JsonToken.VALUE_NULL)) {
                attributes.put(name, parser.getValueAsString(""));
            }
            parser.skipChildren();
        }
        return new CloudEvent(attributes, data);
    }

    /** The value at the parser, read to its end; {@code null} where it is JSON's null. */
    private Slice value(JsonParser parser) throws IOException {
        if (parser.hasToken(JsonToken.VALUE_NULL)) {
            return null;
        }
        var from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return new Slice(body, from, (int) parser.currentLocation().getByteOffset());
    }
}
