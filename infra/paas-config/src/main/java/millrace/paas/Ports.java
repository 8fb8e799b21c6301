package millrace.paas;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Finds free ports of loopback. */
public final class Ports {
    /** Highest port that there is. */
    public static final int LAST = 65_535;

    /**
     * Ports that are searched. By default no system gives one of them to an outgoing connection, which could take it before the
     * server does: those begin at 32768 on Linux (net.ipv4.ip_local_port_range) and at 49152 on macOS (RFC 6335).
     */
    private static final int FIRST_SEARCHED = 20_000;

    private static final int END_OF_SEARCHED = 30_000;
    private static final int TRIES = 1_000;
    private static final int CONNECTED_WITHIN_MS = 1_000;

    /** Found by this process, whose servers may not listen yet. */
    private static final Set<Integer> FOUND = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** Returns the wanted port if it is free, otherwise a free one that this process has not found before. 0 wants none. */
    public static int free(int wanted) {
        if (wanted != 0 && isFree(wanted)) {
            return wanted;
        }
        return ThreadLocalRandom.current()
                .ints(TRIES, FIRST_SEARCHED, END_OF_SEARCHED)
                .filter(port -> isFree(port) && !isListening(port) && FOUND.add(port))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("This machine has no free port from " + FIRST_SEARCHED
                        + " to " + END_OF_SEARCHED + ": none was found with " + TRIES + " tries."));
    }

    /** Tells whether the port can be bound now. */
    public static boolean isFree(int port) {
        try (var socket = bind(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Tells whether a process accepts connections on the port; takes a second at most, and never the port itself. */
    public static boolean isListening(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECTED_WITHIN_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
