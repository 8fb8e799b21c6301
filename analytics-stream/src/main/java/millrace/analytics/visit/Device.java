package millrace.analytics.visit;

import java.util.regex.Pattern;
import millrace.events.Visit;

/** What kind of device a browser runs on, by the words that browsers put into {@code User-Agent} for it. */
final class Device {
    /** MDN, "Browser detection using the user agent": Mobi for phones, tablets by name, Android without Mobi is one. */
    private static final Pattern TABLET = Pattern.compile("Tablet|iPad|PlayBook|Silk|Android(?!.*Mobi)");

    private Device() {}

    /** @param bot true where the edge has recognised a crawler; may be {@code null} */
    static Visit.Device of(String userAgent, Boolean bot) {
        if (Boolean.TRUE.equals(bot)) {
            return Visit.Device.BOT;
        }
        if (userAgent == null || userAgent.isBlank() || userAgent.equals("-")) {
            return Visit.Device.UNKNOWN;
        }
        if (TABLET.matcher(userAgent).find()) {
            return Visit.Device.TABLET;
        }
        return userAgent.contains("Mobi") ? Visit.Device.MOBILE : Visit.Device.DESKTOP;
    }
}
