package millrace.ingest.auth;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import millrace.ingest.http.ClientAddressResolver;
import millrace.ingest.http.EdgeRequest;

/**
 * The visitor whose browser sent a request, as far as the source's rules allow to know it.
 *
 * @param address part of it that the source's rules leave; {@code null} where they leave nothing, or no browser sent
 *     the request
 * @param wantsPrivacy true where the visitor asks for privacy and the source honours that
 */
public record BrowserVisitor(String address, String userAgent, boolean wantsPrivacy) {
    /** No visitor is known: a server sent the request. */
    public static final BrowserVisitor UNKNOWN = new BrowserVisitor(null, null, false);

    /** Privacy signals: Global Privacy Control, and its predecessor Do Not Track. */
    private static final List<String> SIGNALS = List.of("sec-gpc", "dnt");

    static BrowserVisitor of(EdgeRequest request, Source source, ClientAddressResolver clientAddress) {
        if (!isBrowser(request)) {
            return UNKNOWN;
        }
        var wantsPrivacy = SIGNALS.stream().anyMatch(signal -> "1".equals(request.header(signal)));
        return new BrowserVisitor(
                source.address().apply(clientAddress.resolve(request.http())),
                request.header("user-agent"),
                wantsPrivacy && source.honoursSignals());
    }

    /**
     * Returns true where a browser sent the request: pages send an origin or fetch metadata, and images are requested
     * by GET.
     */
    private static boolean isBrowser(EdgeRequest request) {
        return request.origin().isPresent()
                || request.header("sec-fetch-site") != null
                || request.http().method() == HttpMethod.GET;
    }
}
