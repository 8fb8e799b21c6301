package millrace.console.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import millrace.console.house.TopicsAgainstCatalogue.Row;
import millrace.console.house.TopicsAgainstCatalogue.Topic;
import millrace.events.Catalogue;
import org.junit.jupiter.api.Test;

class TopicsAgainstCatalogueTest {
    private static final List<Topic> AS_IN_THE_CATALOGUE = Catalogue.entries().stream()
            .map(entry -> new Topic(entry.name(), entry.partitions(), 3))
            .toList();

    @Test
    void the_topics_of_the_catalogue_are_as_in_it() {
        assertThat(TopicsAgainstCatalogue.compare(AS_IN_THE_CATALOGUE, Catalogue.entries()))
                .hasSize(Catalogue.entries().size())
                .extracting(Row::verdict)
                .containsOnly("as in the catalogue");
    }

    @Test
    void a_topic_that_is_missing_has_other_partitions_or_is_unknown_is_named() {
        var topics = Stream.concat(
                        AS_IN_THE_CATALOGUE.stream()
                                .filter(topic -> !topic.name().equals("clicks"))
                                .map(topic -> topic.name().equals("orders") ? new Topic("orders", 7, 3) : topic),
                        Stream.of(new Topic("another", 2, 3)))
                .toList();

        var rows = TopicsAgainstCatalogue.compare(topics, Catalogue.entries());

        assertThat(verdict(rows, "clicks")).isEqualTo("missing");
        assertThat(verdict(rows, "orders")).isEqualTo("differs");
        assertThat(verdict(rows, "another")).isEqualTo("not in the catalogue");
        assertThat(TopicsAgainstCatalogue.verdicts(rows)).containsEntry("missing", 1L);
    }

    private static String verdict(List<Row> rows, String topic) {
        return rows.stream()
                .filter(row -> row.name().equals(topic))
                .findFirst()
                .orElseThrow()
                .verdict();
    }
}
