package millrace.ingest.http;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Resolves the client address of a request. Without a proxy it is the connection's address. Each proxy appends the
 * address of its caller to {@code X-Forwarded-For}; earlier entries are the client's own claim. Where the list is
 * missing, or has no address at the position, the connection's address is used.
 */
@Singleton
public class ClientAddressResolver {
    private static final String FORWARDED = "x-forwarded-for";

    private final int proxies;

    @Inject
    ClientAddressResolver(IngestConfig config) {
        this(config.proxies());
    }

    ClientAddressResolver(int proxies) {
        this.proxies = proxies;
    }

    /**
     * Returns true where clients connect directly, and not through a proxy whose one address stands for many clients.
     */
    boolean isDirect() {
        return proxies == 0;
    }

    public String resolve(HttpServerRequest request) {
        var forwarded = proxies == 0 ? null : forwarded(request.headers().getAll(FORWARDED), proxies);
        return forwarded == null ? request.remoteAddress().hostAddress() : forwarded;
    }

    /** @param headers all headers of that name: together they are one list, in their order */
    static String forwarded(List<String> headers, int proxies) {
        var hops = String.join(",", headers).split(",", -1);
        return address(hops[Math.max(0, hops.length - proxies)].strip());
    }

    /**
     * Returns the address of a list entry, without the port that some proxies add; {@code null} where it is not an
     * address.
     */
    private static String address(String hop) {
        var host = hop;
        if (hop.startsWith("[") && hop.indexOf(']') > 0) {
            host = hop.substring(1, hop.indexOf(']'));
        } else if (hop.indexOf(':') > 0 && hop.indexOf(':') == hop.lastIndexOf(':')) {
            host = hop.substring(0, hop.indexOf(':'));
        }
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host) ? host : null;
    }
}
