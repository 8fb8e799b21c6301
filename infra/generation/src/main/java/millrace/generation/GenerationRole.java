package millrace.generation;

import java.util.Map;
import java.util.Optional;
import millrace.events.Generation.LiveGeneration;

/** Role of a process in its generation: live or shadow. */
sealed interface GenerationRole {
    int generation();

    /** Tells whether the latest record allows this role. */
    boolean isValid(Optional<LiveGeneration> latest);

    static int live(Optional<LiveGeneration> latest) {
        return latest.map(LiveGeneration::live).orElse(1);
    }

    static boolean isCutOverRunning(Optional<LiveGeneration> latest) {
        return latest.filter(record -> record.successor() != null).isPresent();
    }

    /** Describes the record, for a sentence. */
    static String describe(Optional<LiveGeneration> latest) {
        return "live is " + live(latest) + (isCutOverRunning(latest) ? ", and a switch is under way" : "") + ".";
    }

    /** The process serves readers and has effects. */
    record Live(int generation) implements GenerationRole {
        @Override
        public boolean isValid(Optional<LiveGeneration> latest) {
            return live(latest) == generation && !isCutOverRunning(latest);
        }
    }

    /**
     * The process is rebuilt beside the live one, without effects.
     *
     * @param catchingUp whether a cut-over waits for it to read what the live one has read
     */
    record Shadow(int generation, boolean catchingUp) implements GenerationRole {
        @Override
        public boolean isValid(Optional<LiveGeneration> latest) {
            return live(latest) != generation && (catchingUp || !isCutOverRunning(latest));
        }

        /**
         * Returns the role of the config vars, which {@link GenerationVars} has checked; empty if they name no
         * generation.
         */
        static Optional<GenerationRole> requested(Map<String, String> vars) {
            var catchingUp = Boolean.parseBoolean(
                    vars.getOrDefault(GenerationMembership.CATCHING_UP, "").strip());
            return Optional.of(vars.getOrDefault(GenerationMembership.GENERATION, "")
                            .strip())
                    .filter(text -> !text.isEmpty())
                    .map(text -> new Shadow(Integer.parseInt(text), catchingUp));
        }
    }
}
