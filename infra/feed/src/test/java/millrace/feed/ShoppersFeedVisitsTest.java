package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import millrace.events.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Visits of simulated shoppers against a recount of the accepted events. */
class ShoppersFeedVisitsTest {
    @Test
    void funnel_attribution_and_carts_are_those_of_a_recount_of_the_accepted_events(@TempDir Path folder)
            throws IOException {
        var file = folder.resolve("expected.json");
        DeliveredEventsRecount recount;

        try (var edge = new FakeEdge()) {
            edge.feed(
                    "shoppers",
                    "--seed",
                    "8",
                    "--rate",
                    "5000",
                    "--for",
                    "1s",
                    "--speed",
                    "15000",
                    "--json",
                    file.toString());
            recount = new DeliveredEventsRecount(edge.accepted());
        }

        var expected = Json.MAPPER.readValue(file.toFile(), ExpectedAggregates.class);
        var funnel = new TreeMap<String, List<Long>>();
        expected.funnel()
                .forEach((name, row) -> funnel.put(
                        name, List.of(row.visits(), row.products(), row.carts(), row.checkouts(), row.orders())));
        assertThat(funnel).hasSize(4).isEqualTo(recount.visits().funnel());
        assertThat(expected.ordersPerCampaign())
                .hasSize(4)
                .isEqualTo(recount.visits().ordersPerCampaign());
        assertThat(expected.abandonedPerProduct())
                .isNotEmpty()
                .isEqualTo(recount.visits().abandoned(expected.cartsBefore()));
        assertThat(expected.viewsPerProduct()).isEqualTo(recount.sumPerProduct("Product Viewed", "none"));
        assertThat(expected.cartedPerProduct()).isEqualTo(recount.sumPerProduct("Product Added", "quantity"));
    }
}
