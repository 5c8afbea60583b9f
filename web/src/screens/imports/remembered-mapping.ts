import type { DeclaredReading, ImportPreview, Mapping } from '../../../../src/wire/import.ts'
import { getJson } from '../../api/request.ts'
import type { Source } from './source-form.tsx'

/**
 * A preview that suggests how files of this use were read last, where that fits the file; else what its header suggests.
 * `said` is what somebody said of this file; where he said nothing it is read as the last one was, if it can be.
 */
export async function readWithRemembered(
  { target, agency, system }: Source,
  said: DeclaredReading,
  read: (declared: DeclaredReading) => Promise<ImportPreview>,
): Promise<ImportPreview> {
  const query = new URLSearchParams({ target, agency, system })
  // A suggestion only: without it the preview is as good as before.
  const remembered = await getJson<{ mapping: Mapping | null }>(`/api/imports/mapping?${query}`).catch(() => undefined)
  const mapping = remembered?.mapping ?? undefined
  const before = declaredOf(mapping)
  if (mapping && Object.keys(said).length === 0 && Object.keys(before).length > 0) {
    const preview = await read(before).catch(() => undefined)
    if (preview && fits(mapping, preview.header)) return { ...preview, suggestion: mapping }
  }
  const preview = await read(said)
  return mapping && fits(mapping, preview.header)
    ? { ...preview, suggestion: { ...withoutReading(mapping), ...said } }
    : preview
}

function declaredOf(mapping: Mapping | undefined): DeclaredReading {
  const { encoding, sheet, skipRows } = mapping ?? {}
  return {
    ...(encoding && { encoding }),
    ...(sheet !== undefined && { sheet }),
    ...(skipRows !== undefined && { skipRows }),
  }
}

function withoutReading({ encoding: _encoding, sheet: _sheet, skipRows: _skipRows, ...rest }: Mapping): Mapping {
  return rest
}

/** Every column it names is in the file. */
export function fits(mapping: Mapping, header: readonly string[]): boolean {
  const named = Object.values(mapping.columns).flatMap(({ from, join }) => [
    ...(from === undefined ? [] : [from]),
    ...(join ?? []),
  ])
  return named.every((name) => (/^#\d+$/.test(name) ? Number(name.slice(1)) <= header.length : header.includes(name)))
}
