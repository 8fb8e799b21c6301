package millrace.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import millrace.ingest.http.Limits;
import millrace.ingest.http.ProblemException;
import millrace.ingest.http.Slice;
import millrace.ingest.http.Utf8;

/**
 * Reads the three modes of the HTTP binding of CloudEvents 1.0: binary, structured and batched. It names every fault,
 * and a request with a fault yields no event.
 *
 * <p>An event has at most {@value #LARGEST} bytes, which intermediaries must forward: of its JSON in structured and
 * batched mode, of its data in binary mode.
 */
final class CloudEventReader {
    private static final int LARGEST = 64 * 1024;

    private static final String FORMATS = "application/cloudevents";
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCHED = "application/cloudevents-batch+json";
    private static final String HEADER = "ce-";

    /** Parses one event, or its data, which may be nested as deep on its own. */
    private static final JsonFactory JSON = json(Limits.DEPTH);

    /** Parses a batch, whose array adds a level to the events in it. */
    private static final JsonFactory BATCH = json(Limits.DEPTH + 1);

    private final CloudEventFaults faults = new CloudEventFaults();
    private final List<CloudEvent> events = new ArrayList<>();
    private byte[] body;

    private CloudEventReader(byte[] body) {
        this.body = body;
    }

    /** @throws ProblemException where any part is not a valid event */
    static List<CloudEvent> read(MultiMap headers, byte[] body) {
        var tooLarge = ProblemException.tooLarge(body);
        if (tooLarge != null) {
            throw tooLarge;
        }
        var types = headers.getAll("content-type");
        if (types.size() > 1) {
            throw ProblemException.malformed("The header Content-Type is there twice.");
        }
        var type = types.isEmpty() || types.getFirst().isEmpty() ? null : types.getFirst();
        var reader = new CloudEventReader(body);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(FORMATS)) {
            reader.readBinary(headers, type);
        } else {
            reader.readJson(type);
        }
        if (!reader.faults.isEmpty()) {
            throw ProblemException.invalid(reader.faults.sentences());
        }
        return reader.events;
    }

    private static JsonFactory json(int depth) {
        var constraints = Limits.JSON.streamReadConstraints().rebuild().maxNestingDepth(depth);
        return Limits.JSON.rebuild().streamReadConstraints(constraints.build()).build();
    }

    private void readBinary(MultiMap headers, String type) {
        var attributes = new ContextAttributes(faults);
        headers.forEach((header, value) -> {
            var name = header.toLowerCase(Locale.ROOT);
            if (name.startsWith(HEADER)) {
                addHeader(attributes, name.substring(HEADER.length()), value);
            }
        });
        if (attributes.isEmpty()) {
            faults.add("there is no ce- header, and Content-Type is not " + STRUCTURED + " or " + BATCHED);
        }
        if (type != null) {
            attributes.addHeader(ContextAttributes.CONTENT_TYPE, type);
        }
        complete(attributes);
        if (body.length > LARGEST) {
            faults.add("the data must have at most " + LARGEST + " bytes");
        }
        events.add(new CloudEvent(attributes, data(type == null ? Optional.empty() : MediaType.of(type), type)));
    }

    private void addHeader(ContextAttributes attributes, String name, String value) {
        if (name.equals(ContextAttributes.CONTENT_TYPE)) {
            faults.add("the header ce-datacontenttype must not be there: Content-Type is this attribute");
        } else {
            HeaderValue.decoded(value)
                    .ifPresentOrElse(text -> attributes.addHeader(name, text), () -> attributes.undecoded(name));
        }
    }

    /**
     * Reads the body of a binary event. A body that is JSON or text by its type must be valid. A body without a type is
     * text where it is UTF-8. Every other body is bytes.
     */
    private EventData data(Optional<MediaType> type, String written) {
        if (body.length == 0) {
            return null;
        }
        var isJson = type.filter(MediaType::isJson).isPresent();
        var isText = type.filter(MediaType::isText).isPresent();
        if ((isJson || isText) && !type.get().isUtf8()) {
            throw notUtf8();
        }
        if (isJson) {
            return json("the body", body);
        }
        var text = isText || written == null ? Utf8.text(body) : Optional.<String>empty();
        if (isText && text.isEmpty()) {
            faults.add("the body is not UTF-8");
        }
        return text.<EventData>map(EventData.Text::new)
                .orElseGet(() -> new EventData.Binary(Base64.getEncoder().encodeToString(body)));
    }

    private static ProblemException notUtf8() {
        return ProblemException.unsupportedMediaType("The charset of Content-Type must be UTF-8 and is not.");
    }

    private void readJson(String contentType) {
        var type = MediaType.of(contentType).orElse(new MediaType("", null));
        var isBatch = type.name().equals(BATCHED);
        if (!isBatch && !type.name().equals(STRUCTURED)) {
            throw ProblemException.unsupportedMediaType("Content-Type must be " + STRUCTURED + " or " + BATCHED
                    + ": the edge reads no other format of CloudEvents.");
        }
        if (!type.isUtf8()) {
            throw notUtf8();
        }
        if (!Utf8.is(body)) {
            throw ProblemException.malformed("The body is not UTF-8.");
        }
        body = Utf8.withoutMark(body);
        try (var parser = (isBatch ? BATCH : JSON).createParser(body)) {
            if (parser.nextToken() != (isBatch ? JsonToken.START_ARRAY : JsonToken.START_OBJECT)) {
                throw ProblemException.malformed("The body is not a JSON " + (isBatch ? "array." : "object."));
            }
            if (isBatch) {
                readBatch(parser);
            } else {
                events.add(event(parser));
            }
            if (parser.nextToken() != null) {
                throw ProblemException.malformed("Something follows the body's JSON.");
            }
        } catch (JsonProcessingException e) {
            throw ProblemException.notJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be read", e);
        }
    }

    private void readBatch(JsonParser parser) throws IOException {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i == Limits.BATCH) {
                throw ProblemException.tooLarge("The batch has more than " + Limits.BATCH + " events.");
            }
            if (!parser.hasToken(JsonToken.START_OBJECT)) {
                throw ProblemException.malformed("The batch has something at [" + i + "] that is not a JSON object.");
            }
            faults.at("[" + i + "].");
            events.add(event(parser));
        }
    }

    /** Reads the event whose opening brace is at the parser. */
    private CloudEvent event(JsonParser parser) throws IOException {
        var from = parser.currentTokenLocation().getByteOffset();
        var attributes = new ContextAttributes(faults);
        EventData.Json data = null;
        String base64 = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "data" -> {
                    once(name, data);
                    data = value(parser);
                }
                case "data_base64" -> {
                    once(name, base64);
                    base64 = base64(parser);
                }
                default -> attributes.add(name, parser);
            }
            parser.skipChildren();
        }
        if (data != null && base64 == null) {
            attributes.imply(ContextAttributes.CONTENT_TYPE, "application/json");
        }
        complete(attributes);
        if (parser.currentLocation().getByteOffset() - from > LARGEST) {
            faults.add("an event must have at most " + LARGEST + " bytes");
        }
        return new CloudEvent(attributes, data(attributes.text(ContextAttributes.CONTENT_TYPE), data, base64));
    }

    private static void complete(ContextAttributes attributes) {
        attributes.complete();
        attributes.require(
                ContextAttributes.VERSION, ContextAttributes.ID, ContextAttributes.SOURCE, ContextAttributes.TYPE);
    }

    private void once(String member, Object before) {
        if (before != null) {
            faults.add(member + " is there twice");
        }
    }

    private String base64(JsonParser parser) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING) && !parser.hasToken(JsonToken.VALUE_NULL)) {
            faults.add("data_base64 must be a JSON string");
        }
        return parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : null;
    }

    private EventData data(String type, EventData.Json data, String base64) throws IOException {
        if (data != null && base64 != null) {
            faults.add("data and data_base64 must not be there together");
            return null;
        }
        var isJson =
                type == null || MediaType.of(type).filter(MediaType::isJson).isPresent();
        if (data != null) {
            return isJson ? data : text(type, data);
        }
        return base64 == null ? null : bytes(type, base64);
    }

    /** Reads data whose type is not JSON: a text in a JSON string. */
    private EventData text(String type, EventData.Json data) throws IOException {
        try (var parser = JSON.createParser(
                data.json().body(), data.json().from(), data.json().length())) {
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                faults.add("data must be a JSON string, because datacontenttype is not JSON");
                return null;
            }
            return new EventData.Text(parser.getText());
        }
    }

    /** Decodes data in Base64; it is parsed only where its type is JSON. */
    private EventData bytes(String type, String base64) {
        var bytes = decoded(base64);
        if (bytes.isEmpty()) {
            faults.add("data_base64 must be Base64 of RFC 4648, section 4, with its padding");
            return null;
        }
        var media = type == null ? Optional.<MediaType>empty() : MediaType.of(type);
        if (media.filter(MediaType::isJson).isEmpty()) {
            return new EventData.Binary(base64);
        }
        if (!media.get().isUtf8()) {
            faults.add("the charset of datacontenttype must be UTF-8 where data_base64 is JSON");
            return null;
        }
        return json("data_base64", bytes.get());
    }

    private static Optional<byte[]> decoded(String base64) {
        try {
            return base64.length() % 4 == 0 ? Optional.of(Base64.getDecoder().decode(base64)) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** Reads bytes as one JSON value; adds a fault and returns {@code null} where they are not. */
    private EventData.Json json(String place, byte[] bytes) {
        if (!Utf8.is(bytes)) {
            faults.add(place + " is not UTF-8");
            return null;
        }
        var json = Utf8.withoutMark(bytes);
        try (var parser = JSON.createParser(json)) {
            if (parser.nextToken() == null) {
                faults.add(place + " has no JSON value, though its type is JSON");
                return null;
            }
            var value = value(json, parser);
            if (parser.nextToken() != null) {
                faults.add(place + " has something behind its JSON value");
            }
            return value;
        } catch (StreamConstraintsException e) {
            faults.add(place + " is nested too deeply, or has a number, a name or a text that is too long");
        } catch (JsonProcessingException e) {
            faults.add("%s is not JSON, though its type is: see line %d, column %d"
                    .formatted(
                            place, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be read", e);
        }
        return null;
    }

    private EventData.Json value(JsonParser parser) throws IOException {
        return value(body, parser);
    }

    /** Reads the value at the parser to its end. */
    private static EventData.Json value(byte[] json, JsonParser parser) throws IOException {
        var isObject = parser.hasToken(JsonToken.START_OBJECT);
        var from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        var to = (int) parser.currentLocation().getByteOffset();
        return new EventData.Json(new Slice(json, from, to), isObject);
    }
}
