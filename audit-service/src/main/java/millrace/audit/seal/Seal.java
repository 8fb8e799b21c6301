package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * Puts sealed texts in place of what says something about a person, and the very same bytes back. In a value with a
 * subject all that looks like a sealed text is one; a value without a subject has none.
 */
public final class Seal {
    private static final byte[] REDACTED = "null".getBytes(US_ASCII);

    private Seal() {}

    static byte[] encrypt(byte[] value, PersonalParts found, RecordCoordinates coordinates, SubjectKey key) {
        var bounds = found.bounds();
        var sealed = new ByteArrayOutputStream(2 * value.length + 80);
        var done = 0;
        for (var i = 0; i < bounds.length; i += 2) {
            sealed.write(value, done, bounds[i] - done);
            var encrypted = key.seal(coordinates.part(i / 2), value, bounds[i], bounds[i + 1]);
            sealed.writeBytes(new SealedText(key.id(), encrypted).bytes());
            done = bounds[i + 1];
        }
        sealed.write(value, done, value.length - done);
        return sealed.toByteArray();
    }

    /**
     * Opens a value that was sealed for a place.
     *
     * @param subject whose id stands beside the value
     * @param key of the subject; empty where it is destroyed
     * @throws SealBroken where it was changed, or sealed for another place
     */
    public static Opened decrypt(byte[] value, RecordCoordinates coordinates, long subject, Optional<SubjectKey> key) {
        var bounds = sealedTexts(value, coordinates);
        var opened = new ByteArrayOutputStream(value.length);
        var done = 0;
        for (var i = 0; i < bounds.length; i += 2) {
            opened.write(value, done, bounds[i] - done);
            var text = text(value, bounds[i], bounds[i + 1], coordinates, subject);
            opened.writeBytes(key.isEmpty() ? REDACTED : open(text, coordinates, i / 2, key.get()));
            done = bounds[i + 1];
        }
        opened.write(value, done, value.length - done);
        return new Opened(opened.toByteArray(), key.isEmpty() ? bounds.length / 2 : 0);
    }

    /** Of each sealed text of a value the first byte and the one behind the last. */
    static int[] sealedTexts(byte[] value, RecordCoordinates coordinates) {
        if (value == null) {
            throw new SealBroken(coordinates, "it is null, and it has a subject");
        }
        var bounds = new int[12];
        var size = 0;
        try (var parser = JsonBytes.parser(value, 0)) {
            while (parser.nextToken() != null) {
                if (JsonBytes.isText(parser) && SealedText.isAt(value, JsonBytes.from(parser))) {
                    bounds = size == bounds.length ? Arrays.copyOf(bounds, 2 * size) : bounds;
                    bounds[size++] = JsonBytes.from(parser);
                    bounds[size++] = JsonBytes.to(parser);
                }
            }
        } catch (IOException e) {
            throw new SealBroken(coordinates, "it is no JSON, which all that is sealed is");
        }
        if (size == 0) {
            throw new SealBroken(coordinates, "nothing in it is sealed, and it has a subject");
        }
        return Arrays.copyOf(bounds, size);
    }

    private static SealedText text(byte[] value, int from, int to, RecordCoordinates coordinates, long subject) {
        try {
            var text = SealedText.parse(value, from, to);
            if (text.subject() == subject) {
                return text;
            }
            throw new SealBroken(
                    coordinates, "it is sealed for subject " + text.subject() + " and belongs to subject " + subject);
        } catch (IllegalArgumentException e) {
            throw new SealBroken(coordinates, "byte " + from + " begins what looks sealed and is not");
        }
    }

    private static byte[] open(SealedText text, RecordCoordinates coordinates, int part, SubjectKey key) {
        try {
            return AesGcm.decrypt(key.key(), coordinates.part(part), text.encrypted());
        } catch (AEADBadTagException e) {
            throw new SealBroken(
                    coordinates,
                    "part " + (part + 1) + " was changed, or was sealed for another place or with another key");
        }
    }
}
