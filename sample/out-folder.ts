import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, unlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { fail, ok, type Result } from '../src/base/result.ts'

/** What stands in the manifest of a folder that this program filled, finished or cut short. */
export const MADE_BY = 'shoumi-sample'
export const MANIFEST = 'manifest.json'
export const TRUTH = 'truth.jsonl'
// Every name that a sample may give a file; nothing else of this shape may lie in the way.
const OUR_NAME =
  /^(?:(?:insurance|police|land|household)-[a-z]+(?:-\d{5})?\.(?:csv|csv\.gz|jsonl|tsv|ods|xlsx)|truth\.jsonl)$/

export type FolderFault =
  /** the path itself may not be used: the caller names another */
  | { readonly code: 'unsuitable'; readonly message: string }
  /** what lies there is not ours: the caller names another or empties it himself */
  | { readonly code: 'not-ours'; readonly message: string }

/**
 * Makes a folder ready to be filled: a new or empty one as it is; one that a sample filled before after removing exactly
 * the files its manifest names. Anything else is refused and left as it was, before the first file is removed.
 */
export function takeFolder(out: string): Result<string, FolderFault> {
  const folder = resolve(out)
  try {
    return take(out, folder)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    return fail({ code: 'unsuitable', message: words(folder, `無法使用（${code}）`, `cannot be used (${code})`) })
  }
}

function take(out: string, folder: string): Result<string, FolderFault> {
  const unsuitable = whyUnsuitable(out, folder)
  if (unsuitable !== undefined) return fail({ code: 'unsuitable', message: unsuitable })
  const found = kindOf(folder)
  if (found === 'nothing') {
    mkdirSync(folder, { recursive: true })
    return ok(folder)
  }
  if (found === 'link') return fail({ code: 'unsuitable', message: words(folder, '是符號連結', 'is a symbolic link') })
  if (found !== 'folder')
    return fail({ code: 'unsuitable', message: words(folder, '是檔案，不是資料夾', 'is a file, not a folder') })
  const names = readdirSync(folder)
  if (names.length === 0) return ok(folder)
  const ours = namesOfOurs(folder)
  if (!ours) return fail({ code: 'not-ours', message: notOurs(folder) })
  const strange = names.find((name) =>
    ours.has(name) ? kindOf(join(folder, name)) !== 'file' : OUR_NAME.test(name) || name === MANIFEST,
  )
  if (strange !== undefined) return fail({ code: 'not-ours', message: notOurs(join(folder, strange)) })
  for (const name of names) if (ours.has(name)) unlinkSync(join(folder, name))
  return ok(folder)
}

function whyUnsuitable(typed: string, folder: string): string | undefined {
  if (typed.trim() === '') return words('--out', '沒有寫資料夾', 'names no folder')
  if (typed === '~' || typed.startsWith('~/')) return words(typed, '的「~」未經展開', 'has a ~ that was not expanded')
  const kept = [process.cwd(), homedir()].flatMap((path) => [resolve(path), realOf(path)])
  const real = realOf(folder)
  if (
    kept.some((path) =>
      [folder, real].some((each) => path === each || path.startsWith(each === sep ? sep : each + sep)),
    )
  )
    return words(
      folder,
      '是目前所在的資料夾、家目錄，或在其上層',
      'is the current folder, the home folder, or above one of them',
    )
  return undefined
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

function kindOf(path: string): 'nothing' | 'file' | 'folder' | 'link' | 'other' {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return 'nothing'
  if (found.isSymbolicLink()) return 'link'
  if (found.isDirectory()) return 'folder'
  return found.isFile() ? 'file' : 'other'
}

/** The names that the folder's manifest says we wrote; undefined when there is none of ours. */
function namesOfOurs(folder: string): ReadonlySet<string> | undefined {
  const path = join(folder, MANIFEST)
  if (kindOf(path) !== 'file') return undefined
  const manifest = manifestOf(readFileSync(path, 'utf8'))
  if (manifest?.madeBy !== MADE_BY || !Array.isArray(manifest.writes)) return undefined
  const names = manifest.writes.filter((name) => typeof name === 'string')
  // A name with a folder in it was never ours: nothing outside the folder is touched, whatever a manifest says.
  return names.every((name) => OUR_NAME.test(name)) ? new Set([...names, MANIFEST]) : undefined
}

function manifestOf(text: string): { readonly madeBy?: unknown; readonly writes?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const words = (what: string, zh: string, en: string): string =>
  `「${what}」${zh}；沒有刪除任何檔案。請以 --out 指定新的或空的資料夾。\n${what} ${en}; nothing was deleted. Name a new or an empty folder with --out.`
const notOurs = (what: string): string => words(what, '不是本程式所產生', 'was not made by this program')
