package millrace.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.events.Catalogue;
import millrace.generation.GenerationNames;

/** Audit: a schema beside the schema, with chains and checkpoints of its own. The keys of persons are the same for all. */
final class AuditRebuilt implements Rebuilt {
    private static final String NAME = "audit";

    private final Site site;
    private final Sql sql;
    private final GenerationSchemas schemas;
    private final AuditFence fence;

    AuditRebuilt(Site site) {
        this.site = site;
        this.sql = Sql.of(site);
        this.schemas = new GenerationSchemas(site, sql, NAME);
        this.fence = new AuditFence(sql);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> channels() {
        return Catalogue.channels().stream()
                .filter(Catalogue.Entry::audited)
                .map(Catalogue.Entry::name)
                .toList();
    }

    @Override
    public String group(int generation) {
        return NAME + new GenerationNames(generation).suffix();
    }

    @Override
    public List<Lack> lacks(int generation) {
        return new GenerationTopics(site).lacks(List.of(), group(generation));
    }

    @Override
    public void provide(int generation) {
        schemas.provide(generation);
        fence.open(schemas.name(generation));
    }

    @Override
    public boolean exists(int generation) {
        return schemas.exists(generation);
    }

    /** A chain that began in the middle would prove nothing. */
    @Override
    public boolean canBeginLater() {
        return false;
    }

    @Override
    public Map<String, String> shadowVars(int generation, Optional<Integer> rate) {
        var vars = new HashMap<String, String>();
        rate.ifPresent(limit -> vars.put("MILLRACE_REPLAY_RATE", Integer.toString(limit)));
        var older = sql.number("SELECT obj_description(to_regnamespace('%s'), 'pg_namespace')::int"
                .formatted(schemas.name(generation)));
        if (older > 0) {
            vars.put("AUDIT_ARCHIVE_OF", Long.toString(older));
        }
        return vars;
    }

    /** Entry by entry, as they were hashed. */
    @Override
    public boolean takesFromArchive() {
        return true;
    }

    /** The schema itself remembers it: a process that did not know would note as missing what was still to be taken. */
    @Override
    public void takeFromArchive(int live, int generation) {
        sql.run("COMMENT ON SCHEMA %s IS '%d'".formatted(schemas.name(generation), live));
    }

    @Override
    public long bytes(int generation) {
        return schemas.bytes(generation);
    }

    @Override
    public void tend(int live, int shadow) {
        // All that it has will be needed.
    }

    @Override
    public Comparison compare(int live, int shadow) {
        return new AuditComparison(new AuditTool(site)).compare(live, shadow);
    }

    @Override
    public boolean isFenced(int old, int successor) {
        return fence.stands(schemas.name(old));
    }

    @Override
    public String fence(int old, int successor) {
        return fence.build(schemas.name(old), schemas.name(successor));
    }

    @Override
    public List<String> drop(int generation) {
        schemas.drop(generation);
        new GenerationCheckpoints(site).remove(generation);
        return List.of();
    }
}
