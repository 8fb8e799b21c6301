package millrace.audit.seal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** A value of JSON while it is read: where in its bytes the parts stand, and nothing else is made of them. */
final class JsonBytes {
    /** Names come from anybody: they are not kept beyond the parser's bounded table. */
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    private JsonBytes() {}

    /** Places are counted from the first byte that it reads. */
    static JsonParser parser(byte[] bytes, int from) throws IOException {
        return FACTORY.createParser(bytes, from, bytes.length - from);
    }

    /** The first byte of the value that the parser is at. */
    static int from(JsonParser parser) throws IOException {
        return place(parser.currentTokenLocation().getByteOffset());
    }

    /** The byte behind the value that the parser is at; goes to the end of an array or object. */
    static int to(JsonParser parser) throws IOException {
        parser.skipChildren();
        parser.finishToken();
        return place(parser.currentLocation().getByteOffset());
    }

    static boolean isText(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    private static int place(long offset) throws IOException {
        if (offset < 0) {
            throw new IOException("Places in JSON are known in UTF-8 only");
        }
        return Math.toIntExact(offset);
    }
}
