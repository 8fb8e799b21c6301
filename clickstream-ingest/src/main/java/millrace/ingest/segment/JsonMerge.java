package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import millrace.ingest.http.Limits;
import millrace.ingest.http.Slice;

/**
 * Merges the fields of one JSON object into another, recursively: of a field that both have, two objects are merged,
 * and any other value of the first stays unless it is empty. Values are copied as they are written. Of duplicate fields
 * in one object the last counts.
 */
final class JsonMerge {
    private JsonMerge() {}

    /** Name and value of a field, as they are written. */
    private record Field(Slice name, Slice value) {}

    /**
     * Returns an object with all fields of both.
     *
     * @throws JsonOutline.Unbalanced where one is not an object, or both are nested deeper than {@link Limits#DEPTH}
     */
    static byte[] objects(Slice own, Slice added) {
        var merged = new ByteArrayOutputStream(own.length() + added.length());
        write(fields(own), fields(added), 1, merged);
        return merged.toByteArray();
    }

    private static void write(
            Map<String, Field> own, Map<String, Field> added, int depth, ByteArrayOutputStream merged) {
        if (depth > Limits.DEPTH) {
            throw new JsonOutline.Unbalanced();
        }
        merged.write('{');
        var first = merged.size();
        own.forEach((name, field) -> {
            begin(field, first, merged);
            var more = added.get(name);
            if (more != null && isObject(field.value) && isObject(more.value)) {
                write(fields(field.value), fields(more.value), depth + 1, merged);
            } else {
                copy(more != null && isEmpty(field.value) ? more.value : field.value, merged);
            }
        });
        added.forEach((name, field) -> {
            if (!own.containsKey(name)) {
                begin(field, first, merged);
                copy(field.value, merged);
            }
        });
        merged.write('}');
    }

    private static void begin(Field field, int first, ByteArrayOutputStream merged) {
        if (merged.size() > first) {
            merged.write(',');
        }
        copy(field.name, merged);
        merged.write(':');
    }

    private static void copy(Slice slice, ByteArrayOutputStream merged) {
        merged.write(slice.body(), slice.from(), slice.length());
    }

    private static boolean isObject(Slice value) {
        return value.body()[value.from()] == '{';
    }

    /** Returns true for null and for an empty array, which PHP writes for an object without fields. */
    private static boolean isEmpty(Slice value) {
        var text = new String(value.body(), value.from(), Math.min(value.length(), 4), UTF_8);
        return text.equals("null") || text.startsWith("[") && new JsonOutline(value).isEmptyArray();
    }

    private static Map<String, Field> fields(Slice object) {
        var fields = new LinkedHashMap<String, Field>();
        var outline = new JsonOutline(object);
        outline.expect('{');
        if (!outline.take('}')) {
            do {
                var name = outline.value();
                outline.expect(':');
                fields.put(text(name), new Field(name, outline.value()));
            } while (outline.take(','));
            outline.expect('}');
        }
        return fields;
    }

    private static String text(Slice name) {
        var text = new JsonOutline(name).text();
        if (text == null) {
            throw new JsonOutline.Unbalanced();
        }
        return text;
    }
}
