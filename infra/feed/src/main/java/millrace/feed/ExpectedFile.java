package millrace.feed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import millrace.events.Json;

/**
 * The expected results of a simulation in the data of the {@code bin/up} that got its messages, where a page finds
 * them: {@code data/expected/NAME.json}. They are removed together with the data.
 *
 * @param importName last part of the source of its events
 * @param sent number of messages. A simulation with fewer messages of the same name is a beginning of one with more
 * @param endedAt when the last message was sent
 */
record ExpectedFile(String importName, long sent, Instant endedAt, ExpectedAggregates expected) {
    /** Writes the file, unless a longer simulation of the name has written it before: its messages still count. */
    static void write(Path home, ExpectedAggregates expected, String importName, long sent) {
        var file = home.resolve("data").resolve("expected").resolve(expected.name() + ".json");
        try {
            if (Files.exists(file)
                    && Json.MAPPER.readTree(file.toFile()).path("sent").asLong() > sent) {
                return;
            }
            Files.createDirectories(file.getParent());
            var beside = Files.createTempFile(file.getParent(), expected.name(), ".part");
            var content = new ExpectedFile(importName, sent, Instant.now().truncatedTo(ChronoUnit.MILLIS), expected);
            Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(beside.toFile(), content);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new FeedException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
