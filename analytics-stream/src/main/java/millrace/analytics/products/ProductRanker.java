package millrace.analytics.products;

import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.FinalAggregator.Change;
import millrace.analytics.engine.StateTable;
import millrace.analytics.engine.TableSpec;
import millrace.analytics.engine.Window;

/** Updates the ranking of an hour when the counts of a product change. */
public final class ProductRanker {
    /** Hour → ranking. */
    public static final TableSpec<Ranking> RANKINGS =
            TableSpec.of('r', "rankings", Ranking.SERDE, 1_000).emitting(TableSpec.Emission.ROWS);

    private static final char AFTER_BAR = '|' + 1;

    private final StateTable<Aggregate> products;
    private final StateTable<Ranking> rankings;
    private final int most;

    /**
     * @param products hour and product → counts
     * @param most length of each list
     */
    public ProductRanker(StateTable<Aggregate> products, StateTable<Ranking> rankings, int most) {
        this.products = products;
        this.rankings = rankings;
        this.most = most;
    }

    public void changed(String key, Change change, long timestamp) {
        var hour = Window.start(key).toString();
        var known = rankings.get(hour);
        var before = known == null ? Ranking.empty(most) : known;
        var product = Window.rest(key);
        var again = before.most() != most || before.isLessIn(product, change.after());
        var lists = again ? rankedAgain(hour).withOpen(before.open()) : before.with(product, change.after());
        rankings.put(hour, lists.withOpen(open(change.after()) - open(change.before())), timestamp);
    }

    /** Ranks all products of the hour: after the length of the lists has changed, or where a row began anew. */
    private Ranking rankedAgain(String hour) {
        var ranking = Ranking.empty(most);
        for (var product : products.range(hour + '|', hour + AFTER_BAR, Integer.MAX_VALUE)) {
            ranking = ranking.with(Window.rest(product.key()), product.value());
        }
        return ranking;
    }

    private static int open(Aggregate row) {
        return row == null || row.settled() ? 0 : 1;
    }
}
