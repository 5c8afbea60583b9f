import type { Queryable } from './database.ts'

interface Described extends Record<string, unknown> {
  readonly definition: string
}

// What PostgreSQL itself says of each thing, in an order that never varies. Partitions of a month come and go: left out.
const COLUMNS = `SELECT format(E'CREATE TABLE %s (\\n  %s\\n)%s;', c.relname,
    string_agg(format('%s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attidentity <> '' THEN ' GENERATED ALWAYS AS IDENTITY'
           WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END,
      CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), E',\\n  ' ORDER BY a.attnum),
    CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END) AS definition
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  GROUP BY c.oid, c.relname, c.relkind ORDER BY c.relname`
const CONSTRAINTS = `SELECT format('ALTER TABLE %s ADD CONSTRAINT %s %s;', c.relname, k.conname, pg_get_constraintdef(k.oid)) AS definition
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition AND k.contype <> 'n'
  ORDER BY c.relname, k.contype DESC, k.conname`
const INDEXES = `SELECT pg_get_indexdef(i.indexrelid) || ';' AS definition
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY c.relname, x.relname`
const VIEWS = `SELECT format(E'CREATE VIEW %s AS\\n%s', c.relname, pg_get_viewdef(c.oid)) AS definition
  FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'v' ORDER BY c.relname`
const FUNCTIONS = `SELECT rtrim(pg_get_functiondef(p.oid)) || ';' AS definition
  FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace ORDER BY p.proname`
const TRIGGERS = `SELECT pg_get_triggerdef(t.oid) || ';' AS definition FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal AND NOT c.relispartition
  ORDER BY c.relname, t.tgname`
const POLICIES = `SELECT format('CREATE POLICY %s ON %s FOR %s USING (%s) WITH CHECK (%s);', policyname, tablename, cmd, qual, with_check)
    AS definition FROM pg_policies WHERE schemaname = current_schema() ORDER BY tablename, policyname`
const GRANTS = `SELECT format('GRANT %s ON %s TO %s;', string_agg(privilege_type, ', ' ORDER BY privilege_type), table_name, grantee)
    AS definition
  FROM information_schema.role_table_grants g
  WHERE table_schema = current_schema() AND grantee = 'shoumi_request' AND table_name NOT LIKE 'event\\_until\\_%'
  GROUP BY table_name, grantee ORDER BY table_name`

const SECTIONS = [
  ['Tables', COLUMNS],
  ['Keys and checks', CONSTRAINTS],
  ['Indexes', INDEXES],
  ['Views', VIEWS],
  ['Functions', FUNCTIONS],
  ['Triggers', TRIGGERS],
  ['Row-level security', POLICIES],
  ['What requests may touch', GRANTS],
] as const

/** The whole schema as SQL text, read off the server's own catalogue: what all migrations together came to. */
export async function describeSchema(database: Queryable): Promise<string> {
  const parts: string[] = [
    '-- The whole schema of PostgreSQL, to be read: what the migrations come to. Written by `npm run schema`; a test compares it.',
  ]
  for (const [title, sql] of SECTIONS) {
    const rows = await database.query<Described>(sql)
    parts.push(`-- ${title}`, ...rows.map(({ definition }) => withoutSchema(definition)))
  }
  return `${parts.join('\n\n')}\n`
}

const withoutSchema = (definition: string): string => definition.replaceAll(/\bpublic\./g, '')
