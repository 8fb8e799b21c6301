package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tries every combination of variables that are present, empty, missing or unusable, for every kind of process. */
class CombinationsTest {
    // fork: audit
    private static final String AUDIT_DATABASE = "AUDIT_DATABASE_URL";
    // fork: end

    /** Kinds of processes by their {@code millrace.requires}. */
    private static final Map<String, Set<Need>> PROCESSES = Map.of(
            "web", Set.of(Need.KAFKA, Need.PORT),
            // fork: audit
            "audit", Set.of(Need.KAFKA, Need.DATABASE, Need.MASTER_KEY),
            // fork: end
            "streams", Set.of(Need.KAFKA),
            "orders", Set.of(Need.KAFKA, Need.DATABASE));

    private static final List<String> CERTIFICATES =
            List.of("KAFKA_TRUSTED_CERT", "KAFKA_CLIENT_CERT", "KAFKA_CLIENT_CERT_KEY");

    private enum State {
        PRESENT,
        EMPTY,
        MISSING,
        UNUSABLE
    }

    @Test
    void each_combination_starts_or_names_every_variable_that_does_not_fit() {
        PROCESSES.forEach((process, needs) -> {
            var tried = 0;
            for (var states : combinations(names(needs))) {
                tried++;
                assertThat(refused(needs, vars(states)))
                        .as(() -> process + " with " + states)
                        .containsExactlyInAnyOrderElementsOf(expected(needs, states));
            }
            assertThat(tried).isEqualTo((int)
                    Math.pow(State.values().length, names(needs).size()));
        });
    }

    /** Variable of the database role that a kind of processes may have for itself. */
    private static Optional<String> ownDatabase(Set<Need> needs) {
        // fork: audit
        if (needs.contains(Need.MASTER_KEY)) {
            return Optional.of(AUDIT_DATABASE);
        }
        // fork: end
        return Optional.empty();
    }

    /** Expected problems by the rules of the documentation, not by the code. */
    private static List<String> expected(Set<Need> needs, Map<String, State> states) {
        var expected = new ArrayList<String>();
        needed("KAFKA_URL", states, expected);
        optional("KAFKA_PREFIX", states, expected);
        if (states.get("KAFKA_URL") == State.PRESENT) {
            CERTIFICATES.stream().filter(states::containsKey).forEach(name -> needed(name, states, expected));
        }
        if (needs.contains(Need.DATABASE)) {
            var own = ownDatabase(needs);
            if (own.isPresent() && is(own.get(), states, State.PRESENT, State.UNUSABLE)) {
                optional(own.get(), states, expected);
            } else {
                needed("DATABASE_URL", states, expected);
            }
        }
        if (needs.contains(Need.PORT)) {
            needed("PORT", states, expected);
        }
        // fork: audit
        if (needs.contains(Need.MASTER_KEY)) {
            needed("AUDIT_MASTER_KEY", states, expected);
        }
        // fork: end
        return expected;
    }

    private static void needed(String name, Map<String, State> states, List<String> expected) {
        if (!is(name, states, State.PRESENT)) {
            expected.add(name);
        }
    }

    private static void optional(String name, Map<String, State> states, List<String> expected) {
        if (is(name, states, State.UNUSABLE)) {
            expected.add(name);
        }
    }

    private static boolean is(String name, Map<String, State> states, State... any) {
        return List.of(any).contains(states.getOrDefault(name, State.MISSING));
    }

    /**
     * Names of the variables that are combined. With a database the certificates stay valid: the two are read
     * independently, and the other kinds of processes combine the certificates.
     */
    private static List<String> names(Set<Need> needs) {
        var names = new ArrayList<>(List.of("KAFKA_URL", "KAFKA_PREFIX"));
        if (!needs.contains(Need.DATABASE)) {
            names.addAll(CERTIFICATES);
        }
        if (needs.contains(Need.PORT)) {
            names.add("PORT");
        }
        if (needs.contains(Need.DATABASE)) {
            names.add("DATABASE_URL");
        }
        // fork: audit
        if (needs.contains(Need.MASTER_KEY)) {
            names.addAll(List.of(AUDIT_DATABASE, "AUDIT_MASTER_KEY"));
        }
        // fork: end
        return names;
    }

    private static List<Map<String, State>> combinations(List<String> names) {
        var combinations = new ArrayList<Map<String, State>>();
        combinations.add(Map.of());
        for (var name : names) {
            var longer = new ArrayList<Map<String, State>>();
            for (var states : combinations) {
                for (var state : State.values()) {
                    var more = new TreeMap<>(states);
                    more.put(name, state);
                    longer.add(more);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    private static Map<String, String> vars(Map<String, State> states) {
        var vars = new TreeMap<String, String>();
        CERTIFICATES.forEach(name -> vars.put(name, present(name)));
        states.forEach((name, state) -> {
            switch (state) {
                case PRESENT -> vars.put(name, present(name));
                case EMPTY -> vars.put(name, vars.size() % 2 == 0 ? "" : " ");
                case UNUSABLE -> vars.put(name, "not / usable");
                case MISSING -> vars.remove(name);
            }
        });
        return vars;
    }

    private static String present(String name) {
        return TestKeys.paas().getOrDefault(name, TestKeys.paas().get("DATABASE_URL"));
    }

    /** Names of the variables in the message, without repeats. */
    private static List<String> refused(Set<Need> needs, Map<String, String> vars) {
        var refusal = catchThrowableOfType(
                ConfigVarsException.class, () -> PaasSettings.from(vars, needs, ownDatabase(needs)));
        return refusal == null
                ? List.of()
                : refusal.problems().stream()
                        .map(problem -> problem.substring(0, problem.indexOf(' ')))
                        .toList();
    }
}
