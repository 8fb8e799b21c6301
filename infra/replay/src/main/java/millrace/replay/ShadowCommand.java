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
import millrace.generation.Membership;

/** How a shadow is started: as the platform starts its process, with the number of its generation and a port of its own. */
final class ShadowCommand {
    private ShadowCommand() {}

    /** Its variables, beside those of the caller. */
    static Map<String, String> environment(Site site, int generation) {
        var variables = new HashMap<>(site.vars());
        variables.put(Membership.GENERATION, Integer.toString(generation));
        variables.put("PORT", Integer.toString(freePort()));
        if (site.isLocal()) {
            variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
            variables.put("MALLOC_ARENA_MAX", "2");
        }
        return variables;
    }

    /** Its line of the Procfile. */
    static String of(Path root, String process) {
        var line = Pattern.compile(process + ":\\s*(\\S.*)");
        try {
            return Files.readAllLines(root.resolve("Procfile")).stream()
                    .map(line::matcher)
                    .filter(found -> found.matches())
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElseThrow(() -> new CannotReplay(root.resolve("Procfile") + " has no line " + process + "."));
        } catch (IOException e) {
            throw new CannotReplay("There is no " + root.resolve("Procfile") + " that says what to start.", e);
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
