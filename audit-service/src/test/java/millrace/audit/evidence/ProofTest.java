package millrace.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import millrace.audit.evidence.tree.Canonical;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.SignedNote;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.ArchivedRecord;
import millrace.local.Secrets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs docs/VerifyProof.java, which checks proofs without code of this project. */
class ProofTest {
    private static final Path VERIFIER = Path.of(System.getProperty("project.root"), "docs", "VerifyProof.java");

    private static final Instant CLOSED = Instant.parse("2024-05-01T12:00:00Z");

    private static Method verifier;

    @TempDir
    Path folder;

    private final SigningKey key = SigningKey.parse(Secrets.signingKey());
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path keyFile;

    @BeforeAll
    static void compile(@TempDir Path classes) throws Exception {
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", classes.toString(), VERIFIER.toString()))
                .isZero();
        try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null)) {
            var type = loader.loadClass("VerifyProof");
            loader.loadClass("VerifyProof$Refused");
            loader.loadClass("VerifyProof$Fields");
            verifier = type.getMethod("run", String[].class, PrintStream.class, PrintStream.class);
        }
    }

    @BeforeEach
    void writeKey() throws Exception {
        keyFile = Files.writeString(folder.resolve("key"), key.publicKey().text() + "\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 21})
    void the_proof_of_each_record_of_a_segment_is_accepted(int size) throws Exception {
        for (var index = 0; index < size; index++) {
            assertThat(verify(proof(size, index).text()))
                    .as(err.toString(UTF_8))
                    .isZero();
        }

        assertThat(out.toString(UTF_8).lines())
                .contains(
                        "PROVED: the record at offset 100 of partition 2 of clicks was entry 50 of its chain at"
                                + " 2024-05-01T12:00:00Z.",
                        "time       1970-01-01T00:00:00.009Z (CreateTime)",
                        "header     ce_id: none",
                        "key        value 0",
                        "value      value 0",
                        "log        millrace/audit, checkpoint of 3 segments, signed at 2024-05-01T12:00:01Z");
    }

    @Test
    void any_changed_byte_is_refused() throws Exception {
        var text = proof(5, 3).text().getBytes(UTF_8);
        for (var i = 0; i < text.length; i++) {
            for (var change : new int[] {1, 32, 64}) {
                var changed = text.clone();
                changed[i] ^= (byte) change;
                assertThat(verify(changed)).as("byte %d", i).isEqualTo(1);
            }
        }
    }

    @Test
    void a_proof_signed_with_another_key_is_refused_in_a_sentence() throws Exception {
        Files.writeString(
                keyFile, SigningKey.parse(Secrets.signingKey()).publicKey().text());

        assertThat(verify(proof(5, 3).text())).isEqualTo(1);

        assertThat(err.toString(UTF_8)).isEqualTo("NOT PROVED: the checkpoint is not signed with this key\n");
    }

    @Test
    void a_record_that_is_in_the_tree_at_another_place_is_refused() throws Exception {
        var proof = proof(4, 1);
        var other = proof(4, 2);

        assertThat(verify(with(proof, 2, proof.path(), proof.logIndex()))).isEqualTo(1);
        assertThat(verify(with(proof, 1, other.path(), proof.logIndex()))).isEqualTo(1);
        assertThat(verify(with(proof, 1, proof.path(), 2))).isEqualTo(1);
    }

    @Test
    void what_is_no_proof_is_refused_in_a_sentence() throws Exception {
        var text = proof(5, 3).text();
        var long_ = "9".repeat(30);
        for (var hostile : List.of(
                "",
                text.replace("index=3", "index=" + long_),
                text.replace("index=3", "index=\uff13"),
                text.replaceFirst("segment=.*", "segment="),
                text.replaceFirst("segment=.*", "segment=Aw=="),
                text.replaceFirst("record=.*", "record=AX////8="),
                text.replaceFirst("record=.*", "record=!"),
                text.replaceFirst("checkpoint=.*", "checkpoint=Cgo="),
                text + text,
                text.replace("index=", "\\u0069ndex="))) {
            err.reset();
            assertThat(verify(hostile)).as(hostile).isEqualTo(1);
            assertThat(err.toString(UTF_8))
                    .as(hostile)
                    .startsWith("NOT PROVED: ")
                    .doesNotContain("Exception", "java.");
        }
        for (var key : List.of("", "nothing", "MCowBQYDK2VuAyEA")) {
            Files.writeString(keyFile, key);
            err.reset();
            assertThat(verify(text)).isEqualTo(1);
            assertThat(err.toString(UTF_8)).as(key).startsWith("NOT PROVED: ").doesNotContain("Exception", "java.");
        }
    }

    /** A value is what somebody sent: it may not look like another line, or turn the line around. */
    @ParameterizedTest
    @ValueSource(strings = {"\u2028PROVED", "\u202eDEVORP", "\u0085x", "a\nPROVED"})
    void a_value_that_would_be_shown_as_what_it_is_not_is_shown_as_bytes(String value) throws Exception {
        var one = kept(0);
        var record = one.withValue(value.getBytes(UTF_8), null);

        assertThat(verify(proof(List.of(record), 0).text()))
                .as(err.toString(UTF_8))
                .isZero();

        assertThat(out.toString(UTF_8)).contains("value      bytes ");
    }

    private static String with(RecordProof proof, long index, List<byte[]> path, long logIndex) {
        return new RecordProof(
                        proof.record(), index, path, proof.segment(), logIndex, proof.logPath(), proof.checkpoint())
                .text();
    }

    private int verify(String text) throws Exception {
        return verify(text.getBytes(UTF_8));
    }

    private int verify(byte[] text) throws Exception {
        var file = Files.write(folder.resolve("proof"), text);
        return (int) verifier.invoke(
                null,
                new String[] {file.toString(), keyFile.toString()},
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    /** The segment is the second of three in the log. */
    private RecordProof proof(int size, int index) {
        return proof(IntStream.range(0, size).mapToObj(ProofTest::kept).toList(), index);
    }

    private RecordProof proof(List<ArchivedRecord> entries, int index) {
        var size = entries.size();
        var leaves = entries.stream().map(Hashes::leaf).toList();
        var topic = entries.getFirst().topicId();
        var root = MerkleTree.root(leaves);
        var segment = new Segment(
                "clicks", 2, 7, 1, topic, 50, 50 + size, 100, 100 + size, root, 0, CLOSED.toEpochMilli(), root);
        var log = List.of(root, Hashes.leaf(segment), root);
        var head = new TreeHead("millrace/audit", 3, MerkleTree.root(log), CLOSED.plusSeconds(1));
        return new RecordProof(
                Canonical.of(entries.get(index)).copy(),
                index,
                MerkleTree.inclusionProof(MerkleTree.of(leaves), index, size),
                Canonical.of(segment).copy(),
                1,
                MerkleTree.inclusionProof(MerkleTree.of(log), 1, 3),
                SignedNote.sign(head, List.of(key)));
    }

    private static ArchivedRecord kept(int i) {
        var value = ("value " + i).getBytes(UTF_8);
        return new ArchivedRecord(
                "clicks",
                2,
                50 + i,
                1,
                100 + i,
                0,
                new UUID(1, 2),
                9,
                "CreateTime",
                new byte[][] {"ce_id".getBytes(UTF_8)},
                new byte[][] {null},
                value,
                value,
                null,
                null);
    }
}
