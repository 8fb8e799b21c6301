package millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.ingest.auth.Sources;
import org.junit.jupiter.api.Test;

/**
 * The lists of kinds agree: of the catalogue, the protocol, the sources, the OpenAPI document, the manifest and the guide to
 * its config vars.
 */
class ClickTypesTest {
    @Test
    void each_message_of_clicks_is_a_type_of_the_protocol_and_a_kind_of_a_source() {
        assertThat(Sources.CLICKS)
                .as("Sources.CLICKS, by the schemas of clicks")
                .isEqualTo(types());
    }

    @Test
    void the_edge_documents_a_path_for_each() throws Exception {
        try (var document = ClickTypesTest.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            assertThat(new String(document.readAllBytes()))
                    .as("paths in openapi.yaml, by the schemas of clicks")
                    .contains(types().stream().map(type -> "/v1/" + type + ":").toList());
        }
    }

    // fork: heroku
    @Test
    void the_manifest_and_its_guide_name_every_kind() throws Exception {
        var root = Path.of(System.getProperty("project.root"));
        var manifest = Json.MAPPER.readTree(root.resolve("app.json").toFile());
        var guide = Files.readString(root.resolve("infra/heroku/README.md"));

        assertThat(manifest.at("/env/SOURCES/description").asText().split("\\W+"))
                .as("kinds in the description of SOURCES in app.json")
                .contains(Sources.KINDS.toArray(String[]::new));
        assertThat(Sources.KINDS)
                .as("kinds in infra/heroku/README.md")
                .allSatisfy(kind -> assertThat(guide).contains("`" + kind + "`"));
    }
    // fork: end

    /** Values of the field {@code type} in the messages of the channel. */
    private static Set<String> types() {
        var document = Catalogue.document();
        return document.at("/channels/" + Channels.CLICKS.name() + "/messages").properties().stream()
                .map(message -> document.at(
                        message.getValue().at("/payload/$ref").asText().substring(1)))
                .map(schema -> schema.at("/properties/type/const").asText())
                .collect(Collectors.toSet());
    }
}
