package millrace.analytics.session;

import java.time.Duration;

/**
 * The limits of a visit, and of the cart in it.
 *
 * @param visitGap silence that ends a visit
 * @param allowedLateness how far an event may be behind the watermark of its source and still count
 * @param cartPatience how long after its last change a cart without an order is abandoned
 */
public record SessionRules(Duration visitGap, Duration allowedLateness, Duration cartPatience) {}
