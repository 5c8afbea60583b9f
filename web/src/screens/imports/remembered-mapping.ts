import type { ImportPreview, Mapping } from '../../../../src/wire/import.ts'
import { getJson } from '../../api/request.ts'
import type { Source } from './source-form.tsx'

/** A preview that suggests how files of this use were read last, where that fits the file; else what its header suggests. */
export async function readWithRemembered(
  { target, agency, system }: Source,
  read: () => Promise<ImportPreview>,
): Promise<ImportPreview> {
  const query = new URLSearchParams({ target, agency, system })
  // A suggestion only: without it the preview is as good as before.
  const remembered = getJson<{ mapping: Mapping | null }>(`/api/imports/mapping?${query}`).catch(() => undefined)
  const preview = await read()
  const mapping = (await remembered)?.mapping
  return mapping && fits(mapping, preview.header) ? { ...preview, suggestion: mapping } : preview
}

/** Every column it names is in the file. */
export function fits(mapping: Mapping, header: readonly string[]): boolean {
  const named = Object.values(mapping.columns).flatMap(({ from, join }) => [
    ...(from === undefined ? [] : [from]),
    ...(join ?? []),
  ])
  return named.every((name) => (/^#\d+$/.test(name) ? Number(name.slice(1)) <= header.length : header.includes(name)))
}
