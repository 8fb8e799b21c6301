package millrace.analytics.session;

import java.util.List;
import millrace.events.Visit;

/** Finds the kind of device that a browser runs on, by the words that browsers put into {@code User-Agent} for it. */
final class Device {
    /** As MDN, "Browser detection using the user agent", has them. */
    private static final List<String> TABLETS = List.of("Tablet", "iPad", "PlayBook", "Silk");

    private Device() {}

    /** @param bot true where the edge has recognised a crawler; may be {@code null} */
    static Visit.Device of(String userAgent, Boolean bot) {
        if (Boolean.TRUE.equals(bot)) {
            return Visit.Device.BOT;
        }
        if (userAgent == null || userAgent.isBlank() || userAgent.equals("-")) {
            return Visit.Device.UNKNOWN;
        }
        if (TABLETS.stream().anyMatch(userAgent::contains)) {
            return Visit.Device.TABLET;
        }
        if (userAgent.contains("Mobi")) {
            return Visit.Device.MOBILE;
        }
        return userAgent.contains("Android") ? Visit.Device.TABLET : Visit.Device.DESKTOP;
    }
}
