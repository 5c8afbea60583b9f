import type { DoctorCode, DoctorFinding } from './connector.ts'

interface Examined {
  query(sql: string, binds?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

interface Check {
  readonly code: DoctorCode
  /** rows with `detail`; none: this point is in order */
  readonly sql: string
}

const OUTSIDE_CATALOG = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'"
// Read or write files, run SQL given as text, write large objects or the log: none of it is reading a view.
export const DANGEROUS_FUNCTIONS: readonly string[] = [
  'pg_read_file',
  'pg_read_binary_file',
  'pg_ls_dir',
  'pg_stat_file',
  'pg_reload_conf',
  'pg_rotate_logfile',
  'pg_logical_emit_message',
  'lo_import',
  'lo_export',
  'lo_creat',
  'lo_create',
  'lo_from_bytea',
  'lo_put',
  'lo_unlink',
  'lowrite',
  'lo_open',
  'query_to_xml',
  'query_to_xmlschema',
  'query_to_xml_and_xmlschema',
  'cursor_to_xml',
  'table_to_xml',
  'schema_to_xml',
  'database_to_xml',
  'dblink',
  'dblink_exec',
  'dblink_connect',
]

const CHECKS: readonly Check[] = [
  {
    code: 'superuser',
    sql: `SELECT concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
            CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
            CASE WHEN rolbypassrls THEN 'BYPASSRLS' END) AS detail
          FROM pg_roles WHERE rolname = current_user
            AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)`,
  },
  {
    code: 'role-membership',
    sql: `SELECT g.rolname AS detail FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
          JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = current_user`,
  },
  {
    code: 'can-write',
    sql: `SELECT n.nspname || '.' || c.relname AS detail FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${OUTSIDE_CATALOG}
            AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
              OR has_any_column_privilege(c.oid, 'INSERT, UPDATE, REFERENCES'))
          UNION ALL
          SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind = 'S' AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'USAGE, UPDATE') END`,
  },
  {
    code: 'can-create',
    sql: `SELECT 'schema ' || n.nspname AS detail FROM pg_namespace n
          WHERE n.nspname !~ '^pg_(toast|temp)' AND has_schema_privilege(n.oid, 'CREATE')
          UNION ALL SELECT 'database' WHERE has_database_privilege(current_database(), 'CREATE')
          UNION ALL SELECT 'temporary tables' WHERE has_database_privilege(current_database(), 'TEMPORARY')`,
  },
  {
    code: 'owns-objects',
    sql: `SELECT deptype::text || ' ' || classid::regclass::text AS detail FROM pg_shdepend
          WHERE refobjid = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND deptype = 'o'
            AND (dbid = 0 OR dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))`,
  },
  {
    code: 'reads-tables',
    sql: `SELECT n.nspname || '.' || c.relname AS detail FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'f') AND ${OUTSIDE_CATALOG} AND has_schema_privilege(n.oid, 'USAGE')
            AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))`,
  },
  {
    code: 'dangerous-function',
    sql: `SELECT DISTINCT p.proname AS detail FROM pg_proc p
          WHERE p.proname IN (${DANGEROUS_FUNCTIONS.map((name) => `'${name}'`).join(', ')}) AND has_function_privilege(p.oid, 'EXECUTE')`,
  },
  {
    code: 'definer-function',
    sql: `SELECT n.nspname || '.' || p.proname AS detail FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE ${OUTSIDE_CATALOG} AND has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(n.oid, 'USAGE')
            AND (p.prosecdef OR p.provolatile = 'v')`,
  },
  {
    code: 'no-timeout',
    sql: `SELECT 'statement_timeout' AS detail WHERE current_setting('statement_timeout') = '0'`,
  },
]

const MAX_FINDINGS_PER_CHECK = 5

/** What this login may do beyond reading views. Empty: fit for the gate. */
export async function examinePostgresLogin(client: Examined): Promise<readonly DoctorFinding[]> {
  const findings: DoctorFinding[] = []
  for (const check of CHECKS) {
    const { rows } = await client.query(`SELECT detail FROM (${check.sql}) AS found LIMIT ${MAX_FINDINGS_PER_CHECK}`)
    for (const row of rows) findings.push({ code: check.code, detail: String((row as { detail: unknown }).detail) })
  }
  return findings
}
