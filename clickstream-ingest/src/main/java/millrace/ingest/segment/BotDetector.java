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
 * Detects crawlers and other bots by their user agents, with the patterns that the uap-core project's list has for
 * spiders. A match takes some 50 µs, so the results of the latest user agents are cached.
 */
final class BotDetector {
    private static final String LIST = "/ua_parser/regexes.yaml";
    private static final String SPIDER = "Spider";

    /** Characters of a user agent that are matched; the list was not made from longer ones. */
    private static final int LONGEST = 512;

    /** Cached user agents: a power of two. */
    private static final int CACHED = 4_096;

    private static final List<Pattern> PATTERNS = patterns();
    private static final AtomicReferenceArray<CachedMatch> CACHE = new AtomicReferenceArray<>(CACHED);

    private record CachedMatch(String userAgent, boolean bot) {}

    private BotDetector() {}

    /** @param userAgent {@code null} where it is not known */
    static boolean isBot(String userAgent) {
        if (userAgent == null) {
            return false;
        }
        var text = matchedPart(userAgent);
        var slot = text.hashCode() & CACHED - 1;
        var cached = CACHE.get(slot);
        if (cached == null || !cached.userAgent.equals(text)) {
            cached = new CachedMatch(text, matches(text));
            CACHE.set(slot, cached);
        }
        return cached.bot;
    }

    /**
     * Returns the part of a user agent that is matched. Only this part is cached, so that the cache has a bound in
     * bytes, too.
     */
    static String matchedPart(String userAgent) {
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
