package millrace.ingest.log;

import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.ingest.http.ClientAddressResolver;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.source.Source;

/** Reads the visitor from the headers of a request, as far as the source's rules allow. */
@Singleton
public class VisitorResolver {
    /** Privacy signals: Global Privacy Control, and its predecessor Do Not Track. */
    private static final List<String> SIGNALS = List.of("sec-gpc", "dnt");

    private final ClientAddressResolver clientAddress;

    VisitorResolver(ClientAddressResolver clientAddress) {
        this.clientAddress = clientAddress;
    }

    BrowserVisitor resolve(EdgeRequest request, Source source) {
        if (!isBrowser(request)) {
            return BrowserVisitor.UNKNOWN;
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
