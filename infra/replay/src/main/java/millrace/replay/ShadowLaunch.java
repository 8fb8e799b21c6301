package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.generation.GenerationMembership;

/**
 * Processes of the Procfile, and the environment of a shadow: that of its process, with the number of its generation and a
 * port of its own.
 */
final class ShadowLaunch {
    private static final Pattern LINE = Pattern.compile("([a-z][a-z0-9-]*):\\s*(\\S.*)");

    private ShadowLaunch() {}

    /** Returns its environment variables, which are added to the caller's. */
    static Map<String, String> environment(PlatformConnection platform, int generation) {
        var variables = new HashMap<>(platform.vars());
        variables.put(GenerationMembership.GENERATION, Integer.toString(generation));
        variables.put("PORT", Integer.toString(freePort()));
        if (platform.isLocal()) {
            variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
            variables.put("MALLOC_ARENA_MAX", "2");
        }
        return variables;
    }

    /** Returns the command of a process in the Procfile. */
    static String command(Path root, String process) {
        return Optional.ofNullable(commands(root).get(process))
                .orElseThrow(() -> new ReplayException(root.resolve("Procfile") + " has no line " + process + "."));
    }

    /**
     * Returns the processes that can be rebuilt: those of the Procfile whose module, by the catalogue, takes part in the
     * generations.
     */
    static List<String> consumers(Path root) {
        var modules = Catalogue.entry(Channels.GENERATIONS.name()).writers();
        return commands(root).entrySet().stream()
                .filter(line ->
                        modules.stream().anyMatch(module -> line.getValue().contains(module + "/target/")))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, String> commands(Path root) {
        try {
            var commands = new LinkedHashMap<String, String>();
            Files.readAllLines(root.resolve("Procfile")).stream()
                    .map(LINE::matcher)
                    .filter(Matcher::matches)
                    .forEach(line -> commands.put(line.group(1), line.group(2)));
            return commands;
        } catch (IOException e) {
            throw new ReplayException("There is no " + root.resolve("Procfile") + " that says what to start.", e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("There is no free port", e);
        }
    }
}
