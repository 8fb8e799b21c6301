package millrace.analytics.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.Campaign;

/** Which campaign a click came from. */
final class Campaigns {
    private Campaigns() {}

    /** As the sender's SDK says, else by the {@code utm_} parameters of the page's address; {@code null} for none. */
    static Campaign of(ClickEvent.Context context, String url) {
        if (context != null && context.campaign() != null && context.campaign().name() != null) {
            return context.campaign();
        }
        var name = url == null ? null : parameter(url, "utm_campaign=");
        return name == null ? null : new Campaign(name, parameter(url, "utm_source="), parameter(url, "utm_medium="));
    }

    private static String parameter(String url, String name) {
        var query = url.indexOf('?');
        var start = query < 0 ? -1 : Math.max(url.indexOf('?' + name, query), url.indexOf('&' + name, query));
        if (start < 0) {
            return null;
        }
        var value = url.substring(start + 1 + name.length()).split("[&#]", 2)[0];
        try {
            return URLDecoder.decode(value, UTF_8);
        } catch (IllegalArgumentException e) {
            return value; // Not encoded as the standard says: as it stands.
        }
    }
}
