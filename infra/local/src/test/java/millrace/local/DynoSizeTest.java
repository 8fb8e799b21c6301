package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DynoSizeTest {
    @TempDir
    private Path folder;

    // fork: heroku
    @Test
    void the_project_names_a_size_of_each_process() {
        var root = Path.of(System.getProperty("project.root"));
        var types = Procfile.read(root.resolve("Procfile")).processes().stream()
                .map(Procfile.Line::name)
                .toList();

        assertThat(DynoSize.formation(root.resolve("app.json")))
                .containsOnlyKeys(types)
                .allSatisfy((type, size) -> assertThat(size).isEqualTo(DynoSize.SMALL));
    }
    // fork: end

    @Test
    void a_size_has_the_memory_and_the_jvm_options_of_the_platform() throws IOException {
        var file = Files.writeString(
                folder.resolve("app.json"),
                "{\"formation\":{\"web\":{\"quantity\":1,\"size\":\"Standard-2X\"},\"orders\":{\"quantity\":1}}}");

        var sizes = DynoSize.formation(file);

        assertThat(sizes).containsOnlyKeys("web");
        assertThat(sizes.get("web").bytes()).isEqualTo(1_073_741_824);
        assertThat(sizes.get("web").javaOptions())
                .isEqualTo("-Xmx671m -XX:CICompilerCount=2 -Dfile.encoding=UTF-8 -XX:MaxRAM=1073741824");
    }

    @Test
    void an_unknown_size_is_refused_and_a_missing_file_names_none() throws IOException {
        assertThat(DynoSize.formation(folder.resolve("app.json"))).isEmpty();

        var file = Files.writeString(folder.resolve("app.json"), "{\"formation\":{\"web\":{\"size\":\"huge\"}}}");

        assertThatThrownBy(() -> DynoSize.formation(file))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + " gives web the size huge, which is none of: eco, basic, standard-1x, ");
    }
}
