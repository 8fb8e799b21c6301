-- At the end of each release: what its settings say. The service's own role may add to what is append-only and nothing
-- more; where the platform has one role only the service is the owner, and what V1 revoked from the owner holds.
DO $$
DECLARE
    role text     := '${auditRole}';
    kept interval := nullif('${auditRetention}', '');
BEGIN
    IF (SELECT count(*) = 0 FROM retention)
        OR kept IS DISTINCT FROM (SELECT keep FROM retention ORDER BY since DESC LIMIT 1) THEN
        INSERT INTO retention (keep) VALUES (kept);
    END IF;
    IF role NOT IN ('', current_user) THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role);
        EXECUTE format('GRANT SELECT, INSERT ON records, breaks, segments, log_nodes, checkpoints TO %I', role);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON positions TO %I', role);
        EXECUTE format('GRANT SELECT ON retention, dropped TO %I', role);
        EXECUTE format('GRANT USAGE ON SCHEMA audit_keys TO %I', role);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON audit_keys.subjects TO %I', role);
        EXECUTE format('GRANT SELECT, INSERT, DELETE ON audit_keys.names TO %I', role);
        EXECUTE format('GRANT SELECT, UPDATE ON audit_keys.erasures TO %I', role);
        EXECUTE format('GRANT EXECUTE ON FUNCTION provide_month(date), drop_months() TO %I', role);
    END IF;
END
$$;
