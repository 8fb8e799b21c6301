package millrace.analytics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** What analytics counts, and for how long it remembers. */
@ConfigMapping(prefix = "analytics")
public interface AnalyticsConfig {
    /**
     * How far an event may be behind the clock of its source and still count. Later ones go to {@code late-events}. Event
     * ids are remembered as long, so a repeat is either known or late.
     */
    @WithDefault("24h")
    Duration grace();

    /** How long an answer can be asked for after the last event that changed it was accepted; then its row is let go. */
    @WithDefault("30d")
    Duration keep();

    /** Silence that ends a visit. */
    @WithDefault("30m")
    Duration visitGap();

    /** How long after its last change a cart without an order is abandoned. */
    @WithDefault("30m")
    Duration cartPatience();

    /** How many products each list of an hour's record on {@code top-products} holds. */
    @WithDefault("10")
    int topProducts();

    /**
     * Topics to read in place of channels, without the platform's prefix: {@code analytics.input.clicks=clicks-g2} while
     * the clicks of a replay come from the archive.
     */
    Map<String, String> input();

    /** Whether this generation is being rebuilt beside the live one. Then no row is let go, and effects are set apart. */
    @WithDefault("${millrace.shadow:false}")
    boolean shadow();

    /** Records a second that a replay reads at most; 0 for as fast as it goes. */
    @WithDefault("${MILLRACE_REPLAY_RATE:0}")
    int replayRate();
}
