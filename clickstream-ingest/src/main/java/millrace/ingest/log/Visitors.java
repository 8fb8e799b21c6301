package millrace.ingest.log;

import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.ingest.IngestConfig;
import millrace.ingest.http.Call;
import millrace.ingest.source.Source;

/** Finds out what may be known of a visitor whose browser sends a request. */
@Singleton
public class Visitors {
    /** Global Privacy Control, and Do Not Track before it. */
    private static final List<String> SIGNALS = List.of("sec-gpc", "dnt");

    private final int proxies;

    Visitors(IngestConfig config) {
        this.proxies = config.proxies();
    }

    Visitor of(Call call, Source source) {
        if (!isBrowser(call)) {
            return Visitor.UNKNOWN;
        }
        var wantsPrivacy = SIGNALS.stream().anyMatch(signal -> "1".equals(call.header(signal)));
        return new Visitor(
                source.address().of(address(call)), call.header("user-agent"), wantsPrivacy && source.honoursSignals());
    }

    /** Pages say where they come from; an image is asked for by nobody else. */
    private static boolean isBrowser(Call call) {
        return call.origin().isPresent()
                || call.header("sec-fetch-site") != null
                || call.request().method() == HttpMethod.GET;
    }

    /** Each proxy adds whom it was called by at the end; what stands before is the caller's own claim. */
    private String address(Call call) {
        var forwarded = proxies == 0 ? null : call.header("x-forwarded-for");
        if (forwarded == null) {
            return call.request().remoteAddress().hostAddress();
        }
        var hops = forwarded.split(",");
        return hops[Math.max(0, hops.length - proxies)].strip();
    }
}
