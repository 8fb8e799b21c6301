package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import millrace.events.Catalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFormatTest {
    @TempDir
    private Path folder;

    private Path migrations;
    private DataDirectory directory;

    @BeforeEach
    void write() throws IOException {
        migrations = Files.createDirectories(project().resolve("shop/src/main/resources/db/shop"));
        Files.writeString(migrations.resolve("V1__shop.sql"), "CREATE TABLE goods (id text);");
        directory = DataDirectory.open(folder.resolve("home"));
        DataFormat.of(project()).check(directory);
        Files.createDirectories(directory.resolve("data/database"));
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void data_of_this_version_is_kept() {
        assertThatCode(() -> DataFormat.of(project()).check(directory)).doesNotThrowAnyException();
    }

    @Test
    void a_migration_that_was_changed_in_place_is_refused_until_the_data_is_removed() throws IOException {
        Files.writeString(migrations.resolve("V1__shop.sql"), "CREATE TABLE goods (id uuid);");

        refused("migration shop/src/main/resources/db/shop/V1__shop.sql");
        refused("migration shop/src/main/resources/db/shop/V1__shop.sql");
        directory.clear();
        assertThatCode(() -> DataFormat.of(project()).check(directory)).doesNotThrowAnyException();
    }

    @Test
    void a_migration_that_is_gone_is_refused() throws IOException {
        Files.delete(migrations.resolve("V1__shop.sql"));

        refused("migration shop/src/main/resources/db/shop/V1__shop.sql");
    }

    @Test
    void a_further_migration_is_none_of_another_version_and_counts_from_then_on() throws IOException {
        var second = Files.writeString(migrations.resolve("V2__more.sql"), "CREATE TABLE more (id text);");
        DataFormat.of(project()).check(directory);

        Files.writeString(second, "CREATE TABLE more (id uuid);");

        refused("migration shop/src/main/resources/db/shop/V2__more.sql");
    }

    @Test
    void data_that_says_nothing_of_its_version_is_refused() throws IOException {
        Files.delete(directory.resolve("data/format"));

        refused("everything");
    }

    @Test
    void a_message_of_another_form_is_refused_and_names_its_channels() {
        var changed = changed(catalogue -> {
            var message = schema(catalogue, "clicks");
            ((ObjectNode) message.get("properties")).putObject("extra").put("type", "string");
        });

        assertThatThrownBy(() -> DataFormat.of(project(), changed).check(directory))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("channel clicks");
    }

    // fork: analytics
    @Test
    void another_internal_format_is_refused() {
        var changed =
                changed(catalogue -> ((ObjectNode) catalogue.get("x-internal-format")).put("analytics-stream", -1));

        assertThatThrownBy(() -> DataFormat.of(project(), changed).check(directory))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("(different: internal format of analytics-stream)");
    }
    // fork: end

    @Test
    void another_number_of_partitions_is_refused() {
        var changed = changed(
                catalogue -> ((ObjectNode) catalogue.at("/channels/clicks/bindings/kafka")).put("partitions", 7));

        assertThatThrownBy(() -> DataFormat.of(project(), changed).check(directory))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("channel clicks");
    }

    @Test
    void what_a_start_brings_up_to_date_and_prose_are_none_of_another_version() {
        var changed = changed(catalogue -> {
            ((ObjectNode) catalogue.at("/channels/clicks/bindings/kafka/topicConfiguration")).put("retention.ms", 1);
            ((ObjectNode) catalogue.at("/channels/clicks")).put("summary", "Other words.");
            schema(catalogue, "clicks").put("description", "Other words.");
            schema(catalogue, "clicks").put("x-non-personal", "none");
            ((ObjectNode) catalogue.at("/channels")).set("more", catalogue.at("/channels/clicks"));
        });

        assertThatCode(() -> DataFormat.of(project(), changed).check(directory)).doesNotThrowAnyException();
    }

    private void refused(String part) {
        assertThatThrownBy(() -> DataFormat.of(project()).check(directory))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(
                        "The data in " + directory.path() + " was written by another version of Millrace")
                .hasMessageContaining("(different: " + part + ")")
                .hasMessageContaining("bin/up --fresh removes it and starts empty");
    }

    private Path project() {
        return folder.resolve("project");
    }

    private static JsonNode changed(Consumer<JsonNode> change) {
        var catalogue = Catalogue.document();
        change.accept(catalogue);
        return catalogue;
    }

    /** Schema of the first message of a channel, with its references resolved. */
    private static ObjectNode schema(JsonNode catalogue, String channel) {
        var messages = catalogue.at("/channels/" + channel + "/messages");
        var payload = messages.elements().next().get("payload");
        while (payload.has("$ref")) {
            payload = catalogue.at(payload.get("$ref").asText().substring(1));
        }
        assertThat(payload.get("properties"))
                .as("fields of the first message of " + channel)
                .isNotNull();
        return (ObjectNode) payload;
    }
}
