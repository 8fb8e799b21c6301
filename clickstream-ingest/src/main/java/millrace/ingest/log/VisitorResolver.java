package millrace.ingest.log;

import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.ClientAddressResolver;
import millrace.ingest.source.Source;

/** Finds out what may be known of a visitor whose browser sends a request. */
@Singleton
public class VisitorResolver {
    /** Global Privacy Control, and Do Not Track before it. */
    private static final List<String> SIGNALS = List.of("sec-gpc", "dnt");

    private final ClientAddressResolver clientAddress;

    VisitorResolver(ClientAddressResolver clientAddress) {
        this.clientAddress = clientAddress;
    }

    BrowserVisitor of(EdgeRequest call, Source source) {
        if (!isBrowser(call)) {
            return BrowserVisitor.UNKNOWN;
        }
        var wantsPrivacy = SIGNALS.stream().anyMatch(signal -> "1".equals(call.header(signal)));
        return new BrowserVisitor(
                source.address().of(clientAddress.of(call.request())),
                call.header("user-agent"),
                wantsPrivacy && source.honoursSignals());
    }

    /** Pages say where they come from; an image is asked for by nobody else. */
    private static boolean isBrowser(EdgeRequest call) {
        return call.origin().isPresent()
                || call.header("sec-fetch-site") != null
                || call.request().method() == HttpMethod.GET;
    }
}
