package millrace.local.up;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import millrace.local.DataDirectory;
import millrace.local.Procfile;
import millrace.local.StartException;
import millrace.paas.Ports;

/**
 * Addresses of the processes on loopback.
 *
 * @param ports by process, in the order of the Procfile
 * @param debuggers port for a debugger, by process: of one process at most
 */
record Addresses(
        // fork: console
        int console,
        // fork: end
        Map<String, Integer> ports,
        Map<String, Integer> debuggers) {
    // fork: console
    /** Name of the console among the processes; it has no line in the Procfile, and the port behind theirs. */
    static final String CONSOLE = "console";
    // fork: end

    private static final int DEBUGGER = 5005;

    /**
     * Assigns the base port to the first process, the next port to the second, and so on. A process that is left out
     * keeps its port, which it may have opened already.
     *
     * @param base 0 for free ports
     * @param debugged process that gets a port for a debugger
     * @throws StartException as {@link #requireFree} does
     */
    static Addresses of(
            Procfile procfile,
            int base,
            DataDirectory directory,
            Collection<String> leftOut,
            Optional<String> debugged) {
        requireFree(procfile, base, leftOut, debugged);
        var ports = new LinkedHashMap<String, Integer>();
        for (var line : procfile.processes()) {
            var name = line.name();
            ports.put(name, base == 0 ? directory.port(name + ".port") : base + ports.size());
        }
        var debuggers = new LinkedHashMap<String, Integer>();
        debugged.ifPresent(name -> debuggers.put(name, base == 0 ? directory.port("debugger.port") : DEBUGGER));
        return new Addresses(
                // fork: console
                base == 0 ? directory.port("console.port") : base + ports.size(),
                // fork: end
                ports,
                debuggers);
    }

    /**
     * Checks the ports that the processes and a debugger would get.
     *
     * @param base 0 for free ports
     * @throws StartException if one of the ports is in use, or behind the last one
     */
    static void requireFree(Procfile procfile, int base, Collection<String> leftOut, Optional<String> debugged) {
        if (base == 0) {
            return;
        }
        var port = base;
        for (var line : procfile.processes()) {
            if (!leftOut.contains(line.name())) {
                requireFree(line.name(), port, "take others with bin/up --port N (0 takes free ones)");
            }
            port++;
        }
        // fork: console
        if (!leftOut.contains(CONSOLE)) {
            requireFree("the console", port, "take others with bin/up --port N (0 takes free ones)");
        }
        // fork: end
        debugged.ifPresent(
                name -> requireFree("a debugger of " + name, DEBUGGER, "take free ports with bin/up --port 0"));
    }

    int port(String process) {
        return ports.get(process);
    }

    String url(String process) {
        return "http://127.0.0.1:" + port(process);
    }

    private static void requireFree(String user, int port, String otherwise) {
        if (port > Ports.LAST) {
            throw new StartException(
                    "There is no port %d, which would be that of %s: %d is the last. Take others with bin/up --port N (0 takes free ones)."
                            .formatted(port, user, Ports.LAST));
        }
        if (!Ports.isFree(port)) {
            throw new StartException("Port " + port + ", meant for " + user
                    + ", is in use: stop what listens there, or " + otherwise + ".");
        }
    }
}
