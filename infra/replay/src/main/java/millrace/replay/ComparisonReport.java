package millrace.replay;

import java.util.Locale;
import millrace.events.Json;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationComparison.Difference;

/** Prints a comparison. */
final class ComparisonReport {
    private static final int WIDEST = 400;
    private static final int LONGEST = 20_000;

    private ComparisonReport() {}

    /** @param most number of differences that are printed */
    static void print(ReplayContext context, GenerationComparison comparison, int most) {
        for (var part : comparison.parts()) {
            context.print(
                    "  %-14s %,12d equal%s%s",
                    part.what(),
                    part.equal() + part.moving(),
                    part.moving() == 0 ? "" : " (%d equal when checked again)".formatted(part.moving()),
                    part.different() == 0 ? "" : ", %,d different".formatted(part.different()));
        }
        comparison.differences().stream().limit(most).forEach(difference -> {
            context.print(
                    "  %s %s%s", difference.what(), difference.key(), difference.settled() ? "" : ", still changing");
            context.print("    live:   %s", text(difference.live()));
            context.print("    shadow: %s", text(difference.shadow()));
        });
        if (comparison.differences().size() > most) {
            context.print(
                    "  %d more; --all shows them.", comparison.differences().size() - most);
        }
        context.print(sentence(comparison));
    }

    /**
     * Returns a comparison as JSON in one line.
     *
     * @param most number of differences that it has; a value of more than 20,000 characters is cut
     */
    static String json(GenerationComparison comparison, int most) {
        var shown = comparison.differences().stream()
                .limit(most)
                .map(difference -> new Difference(
                        difference.what(),
                        difference.key(),
                        cut(difference.live(), LONGEST),
                        cut(difference.shadow(), LONGEST),
                        difference.settled()))
                .toList();
        return Json.text(
                new GenerationComparison(comparison.parts(), shown, comparison.digest(), comparison.shadowDigest()));
    }

    static String sentence(GenerationComparison comparison) {
        return comparison.isEqual()
                ? "Both are equal, digest %s.".formatted(comparison.digest())
                : String.format(
                        Locale.ROOT,
                        "%,d keys differ; digest of the live one %s, of the other %s.",
                        comparison.parts().stream()
                                .mapToLong(GenerationComparison.Subtotal::different)
                                .sum(),
                        comparison.digest(),
                        comparison.shadowDigest());
    }

    private static String text(String row) {
        return row == null ? "no such key" : cut(row, WIDEST);
    }

    private static String cut(String row, int longest) {
        return row == null || row.length() <= longest ? row : row.substring(0, longest) + "…";
    }
}
