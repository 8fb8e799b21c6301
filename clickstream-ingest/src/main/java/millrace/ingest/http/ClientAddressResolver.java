package millrace.ingest.http;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.ingest.IngestConfig;

/**
 * Finds the address that a request comes from. Without a proxy that is the connection's. Each proxy adds whom it was called by at
 * the end of {@code X-Forwarded-For}; what stands before is the caller's own claim. A list that is missing, or has no address at
 * its place, is passed over for the connection's address.
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

    /** Whether connections come from clients themselves and not from a proxy that has one for many. */
    boolean isDirect() {
        return proxies == 0;
    }

    public String of(HttpServerRequest request) {
        var forwarded = proxies == 0 ? null : forwarded(request.headers().getAll(FORWARDED), proxies);
        return forwarded == null ? request.remoteAddress().hostAddress() : forwarded;
    }

    /** @param headers several are one list, as they come */
    static String forwarded(List<String> headers, int proxies) {
        var hops = String.join(",", headers).split(",", -1);
        return address(hops[Math.max(0, hops.length - proxies)].strip());
    }

    /** Some proxies add the port; {@code null} where it is no address. */
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
