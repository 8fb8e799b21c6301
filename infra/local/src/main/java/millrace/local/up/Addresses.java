package millrace.local.up;

import java.util.LinkedHashMap;
import java.util.Map;
import millrace.local.DataDirectory;
import millrace.local.Ports;
import millrace.local.Procfile;
import millrace.local.StartException;

/**
 * Addresses of the processes on loopback.
 *
 * @param ports by process, in the order of the Procfile
 */
record Addresses(Map<String, Integer> ports) {
    /**
     * Assigns the base port to the first process, the next port to the second, and so on.
     *
     * @param base 0 for free ports
     * @throws StartException if one of the ports is in use
     */
    static Addresses of(Procfile procfile, int base, DataDirectory directory) {
        var ports = new LinkedHashMap<String, Integer>();
        for (var line : procfile.processes()) {
            var name = line.name();
            ports.put(name, base == 0 ? directory.port(name + ".port") : requireFree(name, base + ports.size()));
        }
        return new Addresses(ports);
    }

    int port(String process) {
        return ports.get(process);
    }

    String url(String process) {
        return "http://127.0.0.1:" + port(process);
    }

    private static int requireFree(String process, int port) {
        if (port > 65_535 || !Ports.isFree(port)) {
            throw new StartException("Port " + port + ", meant for " + process
                    + ", is in use: stop what listens there, or take others with bin/up --port N (0 takes free ones).");
        }
        return port;
    }
}
