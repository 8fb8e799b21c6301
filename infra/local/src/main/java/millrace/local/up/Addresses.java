package millrace.local.up;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import millrace.local.DataDirectory;
import millrace.local.Ports;
import millrace.local.Procfile;
import millrace.local.StartException;

/**
 * Addresses of the processes on loopback.
 *
 * @param ports by process, in the order of the Procfile
 * @param debuggers port for a debugger, by process: of one process at most
 */
record Addresses(Map<String, Integer> ports, Map<String, Integer> debuggers) {
    private static final int DEBUGGER = 5005;

    /**
     * Assigns the base port to the first process, the next port to the second, and so on. A process that is left out
     * keeps its port, which it may have opened already.
     *
     * @param base 0 for free ports
     * @param debugged process that gets a port for a debugger
     * @throws StartException if one of the ports is in use
     */
    static Addresses of(
            Procfile procfile,
            int base,
            DataDirectory directory,
            Collection<String> leftOut,
            Optional<String> debugged) {
        var ports = new LinkedHashMap<String, Integer>();
        for (var line : procfile.processes()) {
            var name = line.name();
            var port = base == 0 ? directory.port(name + ".port") : base + ports.size();
            if (base != 0 && !leftOut.contains(name)) {
                requireFree(name, port, "take others with bin/up --port N (0 takes free ones)");
            }
            ports.put(name, port);
        }
        var debuggers = new LinkedHashMap<String, Integer>();
        debugged.ifPresent(name -> {
            var port = base == 0 ? directory.port("debugger.port") : DEBUGGER;
            if (base != 0) {
                requireFree("a debugger of " + name, port, "take free ports with bin/up --port 0");
            }
            debuggers.put(name, port);
        });
        return new Addresses(ports, debuggers);
    }

    int port(String process) {
        return ports.get(process);
    }

    String url(String process) {
        return "http://127.0.0.1:" + port(process);
    }

    private static void requireFree(String user, int port, String otherwise) {
        if (port > 65_535 || !Ports.isFree(port)) {
            throw new StartException("Port " + port + ", meant for " + user
                    + ", is in use: stop what listens there, or " + otherwise + ".");
        }
    }
}
