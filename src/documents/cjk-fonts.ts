import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Where Debian, Ubuntu, Fedora and macOS keep fonts; the first match wins, the rest are not read. */
export const SYSTEM_FONT_FOLDERS: readonly string[] = [
  '/usr/share/fonts/opentype/noto',
  '/usr/share/fonts/noto-cjk',
  '/usr/share/fonts/google-noto-cjk',
  '/usr/share/fonts/opentype',
  '/usr/share/fonts/truetype',
  '/usr/share/fonts',
  '/usr/local/share/fonts',
  '/Library/Fonts',
]

/** Families the template asks for, in this order. */
export const CJK_FAMILIES: readonly string[] = ['Noto Sans CJK TC', 'Noto Sans TC', 'Source Han Sans TC']

const TRADITIONAL =
  /^(?:NotoSansCJK|NotoSansCJKtc|NotoSansTC|SourceHanSans|SourceHanSansTC)-(?:Regular|VF)\.(?:ttc|otf|ttf)$/
const MAX_DEPTH = 3
const MAX_ENTRIES = 5_000

export interface CjkFont {
  readonly folder: string
  /** the regular weight: what it cannot draw, the report cannot show */
  readonly file: string
}

/** The first font in `folders` that draws Traditional Chinese, or undefined when this machine has none. */
export function findCjkFont(folders: readonly string[]): CjkFont | undefined {
  for (const folder of folders) {
    const file = fontBelow(folder, MAX_DEPTH)
    if (file) return { folder, file }
  }
  return undefined
}

function fontBelow(folder: string, depth: number): string | undefined {
  const entries = entriesOf(folder)
  const found = entries.find((entry) => !entry.isDirectory() && TRADITIONAL.test(basename(entry.name)))
  if (found) return join(folder, found.name)
  if (depth === 0) return undefined
  for (const entry of entries) {
    const below = entry.isDirectory() ? fontBelow(join(folder, entry.name), depth - 1) : undefined
    if (below) return below
  }
  return undefined
}

// A folder of the list that does not exist on this system is the expected case, not a failure.
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).slice(0, MAX_ENTRIES)
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EACCES'].includes(String(error.code)))
      return []
    throw error
  }
}
