package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import millrace.generation.GenerationMembership;

/**
 * Command line and environment of a shadow: those of its process in the Procfile, with the number of its generation and
 * its own port.
 */
final class ShadowLaunch {
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
    static String of(Path root, String process) {
        var line = Pattern.compile(process + ":\\s*(\\S.*)");
        try {
            return Files.readAllLines(root.resolve("Procfile")).stream()
                    .map(line::matcher)
                    .filter(found -> found.matches())
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElseThrow(() -> new ReplayException(root.resolve("Procfile") + " has no line " + process + "."));
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
