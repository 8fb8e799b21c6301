package millrace.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import millrace.events.Catalogue;

/**
 * The processes of the application: each line of the {@code Procfile} is a name and the command that starts the
 * process.
 */
public record Procfile(List<Line> lines) {
    private static final String RELEASE = "release";
    private static final Pattern LINE = Pattern.compile("([a-z0-9]+):\\s*(\\S.*)");

    /** @param command for a shell, in the project folder */
    public record Line(String name, String command) {}

    /** @throws StartException if the file is missing or has a malformed line */
    public static Procfile read(Path file) {
        var lines = new ArrayList<Line>();
        var names = new HashSet<String>();
        var number = 0;
        for (var text : text(file)) {
            number++;
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            var line = LINE.matcher(text.strip());
            if (!line.matches() || !names.add(line.group(1))) {
                throw new StartException(file + ", line " + number + ": expected a new name of lower-case letters and "
                        + "digits, a colon and a command, found \"" + text + "\".");
            }
            lines.add(new Line(line.group(1), line.group(2)));
        }
        return new Procfile(List.copyOf(lines));
    }

    /** Line of the release phase, which runs to its end before the processes start. */
    public Optional<Line> release() {
        return lines.stream().filter(line -> line.name().equals(RELEASE)).findFirst();
    }

    /** Lines of the long-running processes, in the order of the file. */
    public List<Line> processes() {
        return lines.stream().filter(line -> !line.name().equals(RELEASE)).toList();
    }

    /**
     * Returns the lines of all other processes.
     *
     * @throws StartException if there is no process of one of the names
     */
    public Procfile without(Collection<String> names) {
        names.forEach(this::require);
        return new Procfile(
                lines.stream().filter(line -> !names.contains(line.name())).toList());
    }

    /** @throws StartException naming the processes that there are, if none of them has the name */
    public void require(String name) {
        var known = processes().stream().map(Line::name).toList();
        if (!known.contains(name)) {
            throw new StartException(
                    "There is no process " + name + " to start, only these: " + String.join(", ", known) + ".");
        }
    }

    /** Channels that each process reads, by the name of the process, which is that of its consumer group. */
    public Map<String, List<String>> consumers() {
        var commands = new LinkedHashMap<String, String>();
        processes().forEach(line -> commands.put(line.name(), line.command()));
        return Catalogue.consumers(commands);
    }

    private static List<String> text(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new StartException("There is no " + file + " that says what to start.", e);
        }
    }
}
