package millrace.console.orders;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.view.ServiceClient;
import millrace.events.Channels;

/** Reads the records of one order from the archive. Audit records each question before it answers. */
final class OrderArchive {
    /** Records of one order that are read. */
    static final int MOST = 500;

    private static final int MOST_VALUES = 100;
    private static final int LONGEST_VALUE = 2_000;

    /** Begins a value of which the archive has no key any more, or not for the caller. */
    private static final String SEALED = "sealed:";

    private final PersonalDataMask mask;

    OrderArchive(PersonalDataMask mask) {
        this.mask = mask;
    }

    /**
     * A moment at which something became known of the order.
     *
     * @param version of the state, or of the refusal
     * @param what types of the events that led to it
     * @param reason of a refusal; empty where something changed
     * @param state that {@code order-state} has from then on; null where it has been erased, and where nothing changed
     */
    record Stop(Instant at, long version, List<String> what, String reason, boolean changed, JsonNode state) {}

    /**
     * A transaction that asked for a change.
     *
     * @param personal paths of its fields with personal data
     */
    record Cause(Instant at, String type, String eventId, String source, List<String> personal) {}

    /** @param complete false where the archive has more records than are read */
    record Records(List<Stop> stops, List<Cause> causes, boolean complete) {}

    /** One value that the catalogue marks as personal; erased where nobody can decrypt it any more. */
    record PersonalValue(String type, String field, String value, boolean erased) {}

    Records read(ServiceClient audit, Access access, OrderAddress order) throws InterruptedException {
        return records(audit.get(access, "/audit/orders/" + order.path() + "?limit=" + MOST));
    }

    List<PersonalValue> uncover(ServiceClient audit, Access access, OrderAddress order) throws InterruptedException {
        return personalValues(audit.getAsBackOffice(access, "/audit/orders/" + order.path() + "?limit=" + MOST), mask);
    }

    Records records(JsonNode archived) {
        var causes = new ArrayList<Cause>();
        var types = new LinkedHashMap<Long, String>();
        var stops = new ArrayList<Stop>();
        for (var record : archived) {
            var channel = record.path("channel").asText();
            if (channel.equals(Channels.TRANSACTIONS.name())) {
                causes.add(cause(record));
            } else if (channel.equals(Channels.ORDERS.name())) {
                var event = OrderTimeline.entry(record.path("value"));
                if (event.type().equals("TransitionRefused")) {
                    stops.add(new Stop(
                            at(record),
                            event.version(),
                            List.of(event.type()),
                            String.join(" ", event.reasons()),
                            false,
                            null));
                } else {
                    types.put(event.version(), event.type());
                }
            }
        }
        stops.addAll(states(archived, types));
        stops.sort(Comparator.comparing(Stop::at).thenComparing(Stop::version));
        return new Records(List.copyOf(stops), List.copyOf(causes), archived.size() < MOST);
    }

    /**
     * The records of {@code order-state}, without those that repeat the one before. The state after a batch of
     * transactions is one record, so that a record may be the work of several events.
     */
    private static List<Stop> states(JsonNode archived, Map<Long, String> types) {
        var states = new ArrayList<Stop>();
        var last = 0L;
        for (var record : archived) {
            if (!record.path("channel").asText().equals(Channels.ORDER_STATE.name())) {
                continue;
            }
            var state = record.path("value");
            var version = state.isObject() ? state.path("version").asLong() : last + 1;
            if (state.isObject() && version == last) {
                continue;
            }
            var from = last;
            var what = types.entrySet().stream()
                    .filter(event -> event.getKey() > from && event.getKey() <= version)
                    .map(Map.Entry::getValue)
                    .toList();
            states.add(new Stop(
                    at(record),
                    version,
                    state.isObject() ? what : List.of("OrderErased"),
                    "",
                    true,
                    state.isObject() ? state : null));
            last = version;
        }
        return states;
    }

    private Cause cause(JsonNode record) {
        var value = record.path("value");
        var type = OrderTimeline.text(value.path("type"));
        return new Cause(
                at(record),
                type,
                OrderTimeline.text(value.path("eventId")),
                OrderTimeline.text(value.path("source")),
                List.copyOf(mask.personal(Channels.TRANSACTIONS.name() + "." + type, value)
                        .keySet()));
    }

    static List<PersonalValue> personalValues(JsonNode archived, PersonalDataMask mask) {
        return StreamSupport.stream(archived.spliterator(), false)
                .filter(record -> record.path("channel").asText().equals(Channels.TRANSACTIONS.name()))
                .flatMap(record -> {
                    var type = record.path("value").path("type").asText();
                    return mask
                            .personal(Channels.TRANSACTIONS.name() + "." + type, record.path("value"))
                            .entrySet()
                            .stream()
                            .map(field -> personalValue(type, field.getKey(), field.getValue()));
                })
                .distinct()
                .limit(MOST_VALUES)
                .toList();
    }

    private static PersonalValue personalValue(String type, String field, String value) {
        if (value.startsWith(SEALED)) {
            return new PersonalValue(type, field, "", true);
        }
        var shown = value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
        return new PersonalValue(type, field, shown, false);
    }

    private static Instant at(JsonNode record) {
        try {
            return Instant.parse(record.path("timestamp").asText());
        } catch (DateTimeParseException e) {
            throw new ConsoleException(502, "Audit answers with a record without a time.", e);
        }
    }
}
