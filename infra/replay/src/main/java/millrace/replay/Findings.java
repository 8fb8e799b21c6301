package millrace.replay;

import java.util.Locale;

/** What a comparison has found, for people. */
final class Findings {
    private static final int WIDEST = 400;

    private Findings() {}

    /** @param most how many differences are shown */
    static void print(Desk desk, Comparison comparison, int most) {
        for (var part : comparison.parts()) {
            desk.say(
                    "  %-14s %,12d equal%s%s",
                    part.what(),
                    part.equal() + part.moving(),
                    part.moving() == 0 ? "" : " (%d at a second look)".formatted(part.moving()),
                    part.different() == 0 ? "" : ", %,d different".formatted(part.different()));
        }
        comparison.differences().stream().limit(most).forEach(difference -> {
            desk.say("  %s %s%s", difference.what(), difference.key(), difference.settled() ? "" : ", still changing");
            desk.say("    live:   %s", text(difference.live()));
            desk.say("    shadow: %s", text(difference.shadow()));
        });
        if (comparison.differences().size() > most) {
            desk.say("  %d more; --all shows them.", comparison.differences().size() - most);
        }
        desk.say(sentence(comparison));
    }

    static String sentence(Comparison comparison) {
        return comparison.isEqual()
                ? "Both are equal, digest %s.".formatted(comparison.digest())
                : String.format(
                        Locale.ROOT,
                        "%,d keys differ; digest of the live one %s, of the other %s.",
                        comparison.parts().stream()
                                .mapToLong(Comparison.Part::different)
                                .sum(),
                        comparison.digest(),
                        comparison.shadowDigest());
    }

    private static String text(String row) {
        if (row == null) {
            return "no such key";
        }
        return row.length() <= WIDEST ? row : row.substring(0, WIDEST) + "…";
    }
}
