package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles the sources and the tests of this module without the package {@code evidence}, as a fork does that needs no proofs,
 * and archives records with the result.
 */
@Tag("platform")
@Tag("long")
class BuildWithoutEvidenceTest {
    private static final Path MODULE = Path.of(System.getProperty("project.root"), "audit-service");
    private static final Path EVIDENCE =
            Path.of(BuildWithoutEvidenceTest.class.getPackageName().replace('.', '/'), "evidence");

    @TempDir
    Path classes;

    @Test
    void the_archive_works_without_the_package_evidence_and_its_tests() throws Exception {
        var libraries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).startsWith(MODULE))
                .toList();
        compile(libraries);
        var resource = new AuditPlatformResource();

        try (var loader = new URLClassLoader(urls(libraries), ClassLoader.getPlatformClassLoader())) {
            resource.start();

            var run = loader.loadClass("millrace.audit.ArchiveWithoutEvidence")
                    .getMethod("run", String.class, String.class);
            var answered = run.invoke(null, resource.platform().jdbcUrl(), AuditPlatformResource.MASTER_KEY);

            assertThat(answered).isEqualTo(3L);
            var archived = new ArchiveDatabase(resource.platform().jdbcUrl());
            assertThat(archived.sql(
                            "SELECT concat_ws(' ', next_offset, next_seq, records, breaks) FROM audit.positions"))
                    .isEqualTo("7 4 3 1");
            assertThat(archived.sql("SELECT count(*) FROM audit.segments")).isEqualTo("0");
        } finally {
            resource.stop();
        }
    }

    private void compile(List<String> libraries) throws IOException {
        var sources = new ArrayList<String>();
        for (var kind : List.of("main", "test")) {
            var root = MODULE.resolve("src").resolve(kind).resolve("java");
            assertThat(root.resolve(EVIDENCE)).isDirectory();
            try (var files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.startsWith(root.resolve(EVIDENCE)))
                        .map(Path::toString)
                        .forEach(sources::add);
            }
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        var options = List.of(
                "-proc:none", "-nowarn", "-cp", String.join(File.pathSeparator, libraries), "-d", classes.toString());
        var problems = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task = compiler.getTask(
                    problems, files, null, options, null, files.getJavaFileObjectsFromStrings(sources));
            assertThat(task.call()).as(problems::toString).isTrue();
        }
    }

    private URL[] urls(List<String> libraries) throws IOException {
        var urls = new ArrayList<URL>(List.of(classes.toUri().toURL()));
        for (var library : libraries) {
            urls.add(Path.of(library).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
