package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import millrace.events.Catalogue;

/** A value as the archive would have it, sealed without a database for subject 7. */
record SealedValue(byte[] value, RecordCoordinates coordinates, Optional<String> subject) {
    static final SubjectKey KEY = new SubjectKey(7, new byte[AesGcm.KEY]);
    static final Messages MESSAGES = new Messages(Catalogue.personalData());

    static SealedValue of(String channel, String type, byte[] value) {
        var coordinates = new RecordCoordinates(channel, 1, 1, 42);
        var found = MESSAGES.find(channel, type, value);
        return found.isNothing()
                ? new SealedValue(value, coordinates, Optional.empty())
                : new SealedValue(
                        Seal.encrypt(value, found, coordinates, KEY),
                        coordinates,
                        found.names().stream().findFirst());
    }

    static SealedValue of(String type, String value) {
        return of(
                type.substring(0, type.indexOf('.')),
                type,
                value.replace('\'', '"').getBytes(UTF_8));
    }

    String text() {
        return new String(value, UTF_8);
    }

    String opened() {
        return new String(Seal.decrypt(value, coordinates, 7, Optional.of(KEY)).value(), UTF_8);
    }

    Opened redacted() {
        return Seal.decrypt(value, coordinates, 7, Optional.empty());
    }
}
