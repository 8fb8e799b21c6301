package millrace.orders.api;

import jakarta.ws.rs.BadRequestException;
import java.time.Duration;
import java.util.regex.Pattern;

/** Parses the time that a caller is ready to wait: {@code ?wait=2s} or {@code ?wait=500ms}. */
final class WaitParameter {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(ms|s)");
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private WaitParameter() {}

    /** @param text {@code null} where the caller gives none */
    static Duration of(String text, Duration otherwise) {
        if (text == null) {
            return otherwise;
        }
        var form = FORM.matcher(text);
        if (form.matches()) {
            var number = Long.parseLong(form.group(1));
            var wait = form.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
            if (wait.compareTo(LONGEST) <= 0) {
                return wait;
            }
        }
        throw new BadRequestException("wait must be a time of at most 10s, for example 2s or 500ms.");
    }
}
