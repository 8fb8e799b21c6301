package millrace.ingest.log;

import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.ingest.http.Call;
import millrace.ingest.http.ClientAddress;
import millrace.ingest.source.Source;

/** Finds out what may be known of a visitor whose browser sends a request. */
@Singleton
public class Visitors {
    /** Global Privacy Control, and Do Not Track before it. */
    private static final List<String> SIGNALS = List.of("sec-gpc", "dnt");

    private final ClientAddress clientAddress;

    Visitors(ClientAddress clientAddress) {
        this.clientAddress = clientAddress;
    }

    Visitor of(Call call, Source source) {
        if (!isBrowser(call)) {
            return Visitor.UNKNOWN;
        }
        var wantsPrivacy = SIGNALS.stream().anyMatch(signal -> "1".equals(call.header(signal)));
        return new Visitor(
                source.address().of(clientAddress.of(call.request())),
                call.header("user-agent"),
                wantsPrivacy && source.honoursSignals());
    }

    /** Pages say where they come from; an image is asked for by nobody else. */
    private static boolean isBrowser(Call call) {
        return call.origin().isPresent()
                || call.header("sec-fetch-site") != null
                || call.request().method() == HttpMethod.GET;
    }
}
