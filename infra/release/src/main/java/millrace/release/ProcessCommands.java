package millrace.release;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Commands of the {@code Procfile} by the name of their process. */
public final class ProcessCommands {
    private ProcessCommands() {}

    /**
     * Reads the file.
     *
     * @param project folder of the Procfile
     * @throws ReleaseException if there is none
     */
    public static Map<String, String> of(Path project) {
        var file = project.resolve("Procfile");
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.contains(":"))
                    .map(line -> line.split(":", 2))
                    .collect(toMap(line -> line[0], line -> line[1], (first, second) -> first, LinkedHashMap::new));
        } catch (IOException e) {
            throw new ReleaseException(
                    "There is no " + file.toAbsolutePath() + ": run the command in the project folder.", e);
        }
    }
}
