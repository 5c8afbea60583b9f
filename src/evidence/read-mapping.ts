import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { ok, type Result } from '../base/result.ts'
import { type Mapping, mapping } from '../wire/import.ts'
import { type EvidenceFailure, refuse } from './failure.ts'

/** Reads a mapping file (YAML); a failure lists every bad field. */
export async function readMapping(path: string): Promise<Result<Mapping, EvidenceFailure>> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return refuse('unreadable', `找不到對應檔 ${path}。`, `There is no mapping file ${path}.`)
  const read = parseYaml(text)
  if (!read.ok) return read
  const parsed = mapping.safeParse(read.value)
  if (parsed.success) return ok(parsed.data)
  const list = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('；')
  return refuse('bad-mapping', `對應檔有誤：${list}`, `Bad mapping: ${list}`)
}

function parseYaml(text: string): Result<unknown, EvidenceFailure> {
  try {
    return ok(parse(text))
  } catch {
    return refuse('bad-mapping', '對應檔不是正確的 YAML。', 'The mapping is not valid YAML.')
  }
}
