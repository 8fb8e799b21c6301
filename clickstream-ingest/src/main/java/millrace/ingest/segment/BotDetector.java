package millrace.ingest.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Crawlers and other machines, known by what they call themselves: the patterns that the uap-core project's list has for spiders.
 * A match takes some 50 µs, so that the latest user agents are remembered.
 */
public final class BotDetector {
    private static final String LIST = "/ua_parser/regexes.yaml";
    private static final String SPIDER = "Spider";

    /** Characters that are looked at; a longer user agent is none that the list was made from. */
    private static final int LONGEST = 512;

    /** User agents: a power of two. */
    private static final int REMEMBERED = 4_096;

    private static final List<Pattern> PATTERNS = patterns();
    private static final AtomicReferenceArray<CachedMatch> KNOWN = new AtomicReferenceArray<>(REMEMBERED);

    private record CachedMatch(String userAgent, boolean bot) {}

    private BotDetector() {}

    /** @param userAgent {@code null} where it is not known */
    static boolean isBot(String userAgent) {
        if (userAgent == null) {
            return false;
        }
        var text = lookedAt(userAgent);
        var slot = text.hashCode() & REMEMBERED - 1;
        var known = KNOWN.get(slot);
        if (known == null || !known.userAgent.equals(text)) {
            known = new CachedMatch(text, matches(text));
            KNOWN.set(slot, known);
        }
        return known.bot;
    }

    /** Only this is remembered, so that what is remembered has a bound in bytes, too. */
    static String lookedAt(String userAgent) {
        return userAgent.length() > LONGEST ? userAgent.substring(0, LONGEST) : userAgent;
    }

    private static boolean matches(String text) {
        return PATTERNS.stream().anyMatch(pattern -> pattern.matcher(text).find());
    }

    private static List<Pattern> patterns() {
        try (var file = BotDetector.class.getResourceAsStream(LIST)) {
            Map<String, List<Map<String, String>>> list =
                    new Yaml(new SafeConstructor(new LoaderOptions())).load(Objects.requireNonNull(file, LIST));
            return list.get("device_parsers").stream()
                    .filter(entry -> SPIDER.equals(entry.get("device_replacement")))
                    .map(entry -> Pattern.compile(
                            entry.get("regex"), "i".equals(entry.get("regex_flag")) ? Pattern.CASE_INSENSITIVE : 0))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(LIST + " cannot be read", e);
        }
    }
}
