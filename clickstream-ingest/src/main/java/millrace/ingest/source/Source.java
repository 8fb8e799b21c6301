package millrace.ingest.source;

import java.util.Currency;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who may write, and what is asked of what they write.
 *
 * @param origins where its pages may be; empty where they may be anywhere
 * @param kinds what it may send, as {@link Sources#KINDS} names them
 * @param actsFor names of the sources whose orders it may also place, change, refund and cancel
 * @param currency of its orders that name none
 * @param address what becomes of the addresses of its visitors
 * @param honoursSignals whether a visitor who asks for privacy ({@code Sec-GPC}, {@code DNT}) is left alone
 * @param quota empty where it may send as fast as it likes
 */
public record Source(
        String name,
        Set<String> origins,
        Set<String> kinds,
        Set<String> actsFor,
        Currency currency,
        AddressPolicy address,
        boolean honoursSignals,
        Optional<Quota> quota) {

    /** The Segment specification assumes US dollars where an order names no currency. */
    public static final Currency USUAL_CURRENCY = Currency.getInstance("USD");

    /** One without rules: it may send clicks from anywhere, and touch no order. */
    public static Source named(String name) {
        return new Source(
                name, Set.of(), Sources.CLICKS, Set.of(), USUAL_CURRENCY, AddressPolicy.TRUNCATED, true, Optional.empty());
    }

    public boolean allowsOrigin(String origin) {
        return origins.isEmpty() || origins.contains(origin);
    }

    public boolean allows(String kind) {
        return kinds.contains(kind);
    }
}
