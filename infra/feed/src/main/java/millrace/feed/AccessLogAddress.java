package millrace.feed;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Parses client addresses as web servers log them. It never resolves a name. */
final class AccessLogAddress {
    private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern VERSION_4 = Pattern.compile("(" + BYTE + "(?:\\." + BYTE + "){3})(?::\\d{1,5})?");
    private static final Pattern VERSION_6 =
            Pattern.compile("\\[?([0-9a-fA-F.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*)(?:%[\\w.]+)?(?:\\](?::\\d{1,5})?)?");
    private static final Pattern HOST = Pattern.compile("(?=.{1,253}$)(?!-)[\\w-]+(?:\\.[\\w-]+)*\\.?");
    private static final Pattern PRIVATE =
            Pattern.compile("(?:10|127)\\..*|192\\.168\\..*|172\\.(?:1[6-9]|2\\d|3[01])\\..*"
                    + "|100\\.(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\..*|f[cd]..:.*|fe80:.*|0:0:0:0:0:0:0:1");

    private AccessLogAddress() {}

    /**
     * Returns the address in its canonical form, without port, zone and brackets; empty if the text is no IP address.
     */
    static Optional<String> of(String text) {
        var four = VERSION_4.matcher(text);
        if (four.matches()) {
            return Optional.of(four.group(1));
        }
        var six = VERSION_6.matcher(text);
        if (!six.matches() || text.startsWith("[") != text.contains("]")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName("[" + six.group(1) + "]").getHostAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the first address of a list such as {@code X-Forwarded-For}: the client, as far as its proxies report it.
     */
    static Optional<String> firstOf(String list) {
        for (var entry : list.split(",")) {
            var address = of(entry.strip());
            if (address.isPresent()) {
                return address;
            }
        }
        return Optional.empty();
    }

    /**
     * Returns true if every entry of the list is an address, {@code unknown} or {@code -}, and at least one is an
     * address.
     */
    static boolean isList(String text) {
        for (var entry : text.split(",", -1)) {
            var name = entry.strip();
            if (of(name).isEmpty() && !name.equals("unknown") && !name.equals("-")) {
                return false;
            }
        }
        return firstOf(text).isPresent();
    }

    /** Returns true for an address of a private network: it belongs to a proxy, not to a client. */
    static boolean isPrivate(String address) {
        return PRIVATE.matcher(address).matches();
    }

    /** Returns true if the text is a valid host name. */
    static boolean isHost(String text) {
        return HOST.matcher(text).matches() && !text.equals("unknown");
    }
}
