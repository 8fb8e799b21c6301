package millrace.ingest.auth;

import java.security.Principal;
import java.util.Currency;
import java.util.Optional;
import java.util.Set;
import millrace.events.RateLimit;

/**
 * A client with a write key, and the rules for what it sends.
 *
 * @param origins of its pages; empty where every origin is allowed
 * @param kinds that it may send, as {@link Sources#KINDS} names them
 * @param actsFor names of the sources whose orders it may also place, change, refund and cancel
 * @param currency of its orders that name none
 * @param address rule for the addresses of its visitors
 * @param honoursSignals true where a visitor's privacy signal ({@code Sec-GPC}, {@code DNT}) is honoured
 * @param quota limit of its events a second, with a burst of one second; empty where its rate is not limited
 */
public record Source(
        String name,
        Set<String> origins,
        Set<String> kinds,
        Set<String> actsFor,
        Currency currency,
        AddressPolicy address,
        boolean honoursSignals,
        Optional<RateLimit> quota)
        implements Principal {

    /** Currency of an order that names none: the Segment specification assumes US dollars. */
    public static final Currency USUAL_CURRENCY = Currency.getInstance("USD");

    /** Returns a source without rules: it may send clicks from every origin, and no orders. */
    public static Source named(String name) {
        return new Source(
                name,
                Set.of(),
                Sources.CLICKS,
                Set.of(),
                USUAL_CURRENCY,
                AddressPolicy.TRUNCATED,
                true,
                Optional.empty());
    }

    @Override
    public String getName() {
        return name;
    }

    boolean allowsOrigin(String origin) {
        return origins.isEmpty() || origins.contains(origin);
    }

    public boolean allows(String kind) {
        return kinds.contains(kind);
    }
}
