package millrace.audit.question;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import millrace.audit.seal.DecryptedRecord;

/**
 * Writes archived records as JSON. Bytes that are not UTF-8 and values that are not JSON are in base64, in a field with
 * another name, so {@code null} always means that key or value is missing.
 */
final class RecordJson {
    /** Keeps numbers exact and rejects repeated fields, which are then written as base64. */
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private RecordJson() {}

    static void write(JsonGenerator out, DecryptedRecord opened) throws IOException {
        var record = opened.record();
        out.writeStartObject();
        out.writeStringField("channel", record.channel());
        out.writeNumberField("partition", record.partition());
        out.writeNumberField("offset", record.offset());
        out.writeNumberField("life", record.life());
        out.writeNumberField("seq", record.seq());
        out.writeStringField(
                "timestamp", Instant.ofEpochMilli(record.timestampMs()).toString());
        out.writeStringField("timestampType", record.timestampType());
        headers(out, record.headerNames(), record.headerValues());
        text(out, "key", record.key());
        value(out, record.value());
        if (opened.redacted() > 0) {
            out.writeNumberField("redacted", opened.redacted());
        }
        out.writeEndObject();
    }

    private static void headers(JsonGenerator out, byte[][] names, byte[][] values) throws IOException {
        out.writeArrayFieldStart("headers");
        for (var i = 0; i < names.length; i++) {
            out.writeStartObject();
            text(out, "name", names[i]);
            text(out, "value", values[i]);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void text(JsonGenerator out, String name, byte[] bytes) throws IOException {
        if (bytes == null) {
            out.writeNullField(name);
            return;
        }
        var text = decode(bytes);
        if (text.isPresent()) {
            out.writeStringField(name, text.get());
        } else {
            out.writeBinaryField(name + "Base64", bytes);
        }
    }

    private static void value(JsonGenerator out, byte[] bytes) throws IOException {
        if (bytes == null) {
            out.writeNullField("value");
            return;
        }
        var json = parse(bytes);
        if (json.isPresent()) {
            out.writeFieldName("value");
            MAPPER.writeTree(out, json.get());
        } else {
            out.writeBinaryField("valueBase64", bytes);
        }
    }

    private static Optional<JsonNode> parse(byte[] bytes) {
        var text = decode(bytes);
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(MAPPER.readTree(text.get()))
                            .filter(json -> !json.isNull() && !json.isMissingNode());
        } catch (JsonProcessingException noJson) {
            return Optional.empty();
        }
    }

    /** Decodes UTF-8; empty if the bytes are not UTF-8. */
    private static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }
}
