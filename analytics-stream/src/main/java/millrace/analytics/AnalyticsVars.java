package millrace.analytics;

import java.util.List;
import millrace.paas.ConfigVars;
import millrace.paas.ConfigVars.InvalidConfigVar;
import millrace.paas.ServiceVars;

/** Config vars of analytics, all of them optional; the defaults are in {@code application.properties}. */
public final class AnalyticsVars implements ServiceVars {
    private static final int MOST_THREADS = 64;

    @Override
    public void read(ConfigVars vars) {
        oneOf(vars, "ANALYTICS_GUARANTEE", "at_least_once", "exactly_once_v2");
        oneOf(vars, "ANALYTICS_GROUP_PROTOCOL", "classic", "streams");
        vars.optional("ANALYTICS_THREADS", "a number from 1 to " + MOST_THREADS, AnalyticsVars::threads);
        vars.optional("ANALYTICS_ADDRESS", "HOST:PORT, where other instances reach this one", AnalyticsVars::address);
    }

    private static void oneOf(ConfigVars vars, String name, String... words) {
        vars.optional(name, String.join(" or ", words), text -> {
            if (!List.of(words).contains(text)) {
                throw new InvalidConfigVar("is neither");
            }
            return text;
        });
    }

    private static int threads(String text) {
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST_THREADS) {
            throw new InvalidConfigVar("is no such number");
        }
        return Integer.parseInt(text);
    }

    private static String address(String text) {
        if (!text.matches("\\S+:[0-9]{1,5}")) {
            throw new InvalidConfigVar("has no host or no port");
        }
        return text;
    }
}
