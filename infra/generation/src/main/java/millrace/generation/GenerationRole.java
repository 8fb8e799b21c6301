package millrace.generation;

import java.util.Map;
import java.util.Optional;
import millrace.events.Generation.LiveGeneration;

/** What a process is among the generations of its consumer, and as long as it may be that. */
sealed interface GenerationRole {
    int generation();

    /** Whether what is on the channel still lets it be what it is. */
    boolean fits(Optional<LiveGeneration> latest);

    static int live(Optional<LiveGeneration> latest) {
        return latest.map(LiveGeneration::live).orElse(1);
    }

    static boolean isHandingOver(Optional<LiveGeneration> latest) {
        return latest.filter(record -> record.handingOverTo() != null).isPresent();
    }

    /** How it stands, for a sentence. */
    static String standing(Optional<LiveGeneration> latest) {
        return "live is " + live(latest) + (isHandingOver(latest) ? ", and a switch is under way" : "") + ".";
    }

    /** What readers see, and what has effects. */
    record Live(int generation) implements GenerationRole {
        @Override
        public boolean fits(Optional<LiveGeneration> latest) {
            return live(latest) == generation && !isHandingOver(latest);
        }
    }

    /**
     * What is rebuilt beside the live one, without effects.
     *
     * @param catchingUp whether a hand-over waits for it to read what the live one has read
     */
    record Shadow(int generation, boolean catchingUp) implements GenerationRole {
        @Override
        public boolean fits(Optional<LiveGeneration> latest) {
            return live(latest) != generation && (catchingUp || !isHandingOver(latest));
        }

        /** Empty where the config vars, which {@link GenerationVars} has read, ask for none. */
        static Optional<GenerationRole> asked(Map<String, String> vars) {
            var catchingUp = Boolean.parseBoolean(
                    vars.getOrDefault(GenerationMembership.CATCHING_UP, "").strip());
            return Optional.of(vars.getOrDefault(GenerationMembership.GENERATION, "")
                            .strip())
                    .filter(text -> !text.isEmpty())
                    .map(text -> new Shadow(Integer.parseInt(text), catchingUp));
        }
    }
}
